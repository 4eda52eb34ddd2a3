import { expect, test } from 'vitest';
import { byFetch, byHttp, play, prepare, readRecordings } from './recorded.ts';

const recordings = readRecordings();

test('createFakeTraq is held to 100 recorded exchanges', () => {
  expect(recordings).toHaveLength(100);
});

for (const [index, recording] of recordings.entries()) {
  const { id, steps } = recording;
  const expected = steps.map(({ response }) => response);

  test(`server.fetch responds to exchange ${index + 1}, ${id}, as the real server did`, async () => {
    const { server, sessions } = prepare(recording);
    expect(await play(recording, sessions, byFetch(server)), id).toStrictEqual(expected);
  });

  test(`server.listen responds to exchange ${index + 1}, ${id}, as the real server did`, async () => {
    const { server, sessions } = prepare(recording);
    const { origin, close } = await server.listen();
    try {
      expect(await play(recording, sessions, byHttp(origin)), id).toStrictEqual(expected);
    } finally {
      await close();
    }
  });
}
