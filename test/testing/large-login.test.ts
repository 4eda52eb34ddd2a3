import { expect } from 'vitest';
import { bothWays, credentials } from './both-ways.ts';

const alice = credentials('alice');

bothWays('reads and responds to a login of more than five megabytes', async (ask) => {
  const long = await ask('POST', '/login', { json: { ...alice, filler: 'x'.repeat(6_000_000) } });
  expect(long.status).toBe(204);
  const password = await ask('POST', '/login', { json: { ...alice, password: 'あ'.repeat(2_000_000) } });
  expect(password).toMatchObject({ status: 401, message: 'password or id is wrong' });
  const name = await ask('POST', '/login', { json: { ...alice, name: 'a'.repeat(6_000_000) } });
  expect(name.message).toBe('name: the length must be between 1 and 32.');
});
