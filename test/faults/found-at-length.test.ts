import { expect, test } from 'vitest';
import { createTraqAuth } from '../../src/index.ts';

/** Regression tests of texts that are too long to be tried on every mutant. */

const baseUrl = 'http://127.0.0.1/api/v3';

test('login strikes out a password that is too long for a pattern (E3)', async () => {
  const password = `${'%"'.repeat(100_000)}CANARY`;
  const traq = createTraqAuth({
    baseUrl,
    fetch: async (_url, { body }) => Promise.reject(new Error(`cannot send ${String(body)}`)),
  });
  const error: unknown = await traq.login({ name: 'alice', password }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'network', cause: { message: expect.not.stringContaining('CANARY') } });
});

test('login reads a message of nothing but backslashes without holding the process up (E3)', async () => {
  const message = '\\'.repeat(400_000);
  const traq = createTraqAuth({ baseUrl, fetch: async () => Response.json({ message }, { status: 400 }) });
  const error = traq.login({ name: 'alice', password: '"\\"\\secret' });
  await expect(error).rejects.toMatchObject({ code: 'bad_request' });
}, 60_000);
