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
