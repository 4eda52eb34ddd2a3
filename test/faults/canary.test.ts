import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isTraqError } from '../../src/index.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { rejectionOf } from '../support/outcome.ts';
import { cores, errorFullOfSecrets, secrets, seenIn } from './canary.ts';
import { paths } from './canary-paths.ts';
import { watchOutput } from './watch.ts';

test('the search for secrets finds every one of them, wherever it is', () => {
  const names = Object.keys(cores);
  expect(seenIn(errorFullOfSecrets(Object.values(secrets)))).toEqual(names);
  for (const [name, secret] of Object.entries(secrets)) {
    const deep = { a: [{ b: new Map([['c', new Error('outer', { cause: { d: secret } })]]) }] };
    const hidden = Object.defineProperty({}, Symbol(), { value: secret, enumerable: false });
    class Inherits {
      get secret(): string {
        return secret;
      }
    }
    const stack = Object.assign(new Error(), { stack: encodeURIComponent(secret) });
    for (const value of [secret, deep, hidden, new Inherits(), stack, new Error(JSON.stringify(secret))]) {
      expect(seenIn(value), inspect(value)).toEqual([name]);
    }
  }
});

test('no error shows a password, a token, a redirect or a query, whoever throws what and when (E3)', {
  timeout: 60_000,
}, async () => {
  const watch = watchOutput();
  const leaks: string[] = [];
  for (const { name, run } of paths) {
    try {
      const value = await run();
      // What `traq.fetch` gives is the server's own word.
      if (!(value instanceof Response) && seenIn(value).length > 0) leaks.push(`${name}: the result`);
    } catch (error) {
      const code = isTraqError(error) ? error.code : 'no TraqError';
      const seen = seenIn(error);
      if (seen.length > 0 || code === 'no TraqError') leaks.push(`${name}: ${code} shows ${seen.join() || 'nothing'}`);
    }
  }
  const { warnings, output } = watch.end();
  expect(leaks).toEqual([]);
  expect(seenIn({ warnings, output })).toEqual([]);
});

test('createFakeTraq shows no password and no token, neither itself nor in its errors and its log (E3)', async () => {
  const traq = createFakeTraq({ users: [{ name: 'alice', password: secrets.password }], providers: ['github'] });
  traq.addToken({ token: secrets.accessToken, user: 'alice', kind: 'bot' });
  const { token } = traq.openSession('alice');
  const listener = await traq.listen();
  const attempts: (() => unknown)[] = [
    () => createFakeTraq({ users: [{ name: secrets.token, password: secrets.password }] }),
    () => createFakeTraq({ users: [secrets.password as never] }),
    () => createFakeTraq(secrets.password as never),
    () => createFakeTraq({ providers: [secrets.token] }),
    () => traq.addUser({ name: 'alice', password: secrets.password }),
    () => traq.addUser({ name: 'bob', password: [secrets.password] as never }),
    () => traq.addToken({ token: secrets.accessToken, user: 'alice', kind: 'bot' }),
    () => traq.addToken({ token: `${secrets.accessToken} `, user: 'alice', kind: 'bot' }),
    () => traq.addToken({ token: 'x', user: secrets.token, kind: 'bot' }),
    () => traq.link(secrets.token, 'github'),
    () => traq.link('alice', secrets.token),
    () => traq.suspend(secrets.token),
    () => traq.sessionsOf(secrets.token),
    () => traq.inject({ kind: secrets.token } as never),
    () => traq.inject({ kind: 'status', status: secrets.token as never }),
    ...['before', 'after', 'body'].map((at) => () => {
      traq.inject({ kind: 'reset', at: at as 'before' });
      return login();
    }),
  ];
  function login(): Promise<Response> {
    const query = `redirect=${encodeURIComponent(secrets.redirect)}`;
    const body = JSON.stringify({ name: 'alice', password: secrets.password });
    const headers = { 'content-type': 'application/json', cookie: `r_session=${secrets.token}` };
    return traq.fetch(`${listener.baseUrl}/login?${query}`, { method: 'POST', headers, body, redirect: 'manual' });
  }
  const thrown: unknown[] = [];
  for (const attempt of attempts)
    await Promise.resolve()
      .then(attempt)
      .catch((error) => thrown.push(error));
  await listener.close();
  expect(thrown.length).toBeGreaterThan(12);
  expect(thrown.flatMap(seenIn)).toEqual([]);
  for (const shown of [traq, listener, traq.requests]) {
    expect(seenIn(shown)).toEqual([]);
    expect(inspect(shown, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(token);
  }
});

test('fileSessionStore shows no token and nothing that a file holds, neither itself nor in its errors (E3, S8)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'traq-auth-canary-'));
  try {
    const path = join(folder, 'session.json');
    const store = fileSessionStore(path);
    const thrown: unknown[] = [];
    const failing = async (work: () => unknown): Promise<void> => {
      thrown.push(await rejectionOf(Promise.resolve().then(work)));
      expect(thrown.at(-1)).toBeInstanceOf(Error);
    };
    const contents = [secrets.token, JSON.stringify(secrets), `{"token":"${secrets.token}`, `["${secrets.password}"]`];
    for (const content of contents) {
      await writeFile(path, content);
      await failing(() => store.read());
      await failing(() => store.write({ token: secrets.freshToken }));
      await failing(() => store.clear());
    }
    await rm(path);
    await failing(() => store.write({ token: `${secrets.token} ${secrets.password}` }));
    await failing(() => store.write({ token: secrets.freshToken, issuedAt: secrets.password as never }));
    expect(thrown.flatMap(seenIn)).toEqual([]);
    expect(seenIn(store)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
