import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { byFetch, play, prepare, readRecordings } from './recorded.ts';

// What recordings.test.ts compares by, held against itself.
const recordings = readRecordings();

test('the comparison notices every single byte of every recorded response', async () => {
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
