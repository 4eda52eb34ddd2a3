import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { byFetch, byHttp, play, prepare, readRecordings } from './recorded.ts';

const recordings = readRecordings();

test('createFakeTraq is held to 87 recorded exchanges with names of their own', () => {
  expect(recordings).toHaveLength(87);
  expect(new Set(recordings.map(({ id }) => id)).size).toBe(87);
});

for (const recording of recordings) {
  const expected = recording.steps.map(({ response }) => response);

  test(`server.fetch answers ${recording.id} as the real server did`, async () => {
    const { server, sessions } = prepare(recording);
    expect(await play(recording, sessions, byFetch(server)), recording.id).toStrictEqual(expected);
  });

  test(`server.listen answers ${recording.id} as the real server did`, async () => {
    const { server, sessions } = prepare(recording);
    const { origin, close } = await server.listen();
    try {
      expect(await play(recording, sessions, byHttp(origin)), recording.id).toStrictEqual(expected);
    } finally {
      await close();
    }
  });
}

test('the comparison notices every single byte of every recorded answer', async () => {
  let bytes = 0;
  const unnoticed: string[] = [];
  for (const recording of recordings) {
    const { server, sessions } = prepare(recording);
    const answers = await play(recording, sessions, byFetch(server));
    for (const [step, { response }] of recording.steps.entries()) {
      const text = JSON.stringify(response);
      for (let index = 0; index < text.length; index++) {
        bytes += 1;
        const other = text.charAt(index) === 'x' ? 'y' : 'x';
        if (matches(`${text.slice(0, index)}${other}${text.slice(index + 1)}`, answers[step])) {
          unnoticed.push(`${recording.id}, step ${step + 1}, byte ${index}`);
        }
      }
    }
  }
  expect(unnoticed).toStrictEqual([]);
  expect(bytes).toBeGreaterThan(24_000);
});

function matches(recorded: string, answer: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(recorded), answer);
  } catch {
    return false;
  }
}
