// The stand-in answers for the whole API inside a handler; the program under test knows nothing of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { createTraqAuth, isTraqError } from 'traq-auth';
import { createFakeTraq } from 'traq-auth/testing';

const alice = { name: 'alice', password: 'password-alice' };
const server = createFakeTraq({ users: [alice] });
// What a handler throws MSW answers with 500; a broken connection is `HttpResponse.error()`.
const handler = http.all('https://q.trap.jp/api/v3/*', ({ request }) =>
  server.fetch(request).catch(() => HttpResponse.error()),
);
const msw = setupServer(handler);

before(() => msw.listen({ onUnhandledRequest: 'error' }));
after(() => msw.close());

test('a login is kept through a rotation', async () => {
  const traq = createTraqAuth({ now: server.now });
  await traq.login(alice);
  server.advance(15 * 86_400_000);
  const lists = await Promise.all([traq.sessions.list(), traq.sessions.list()]);
  assert.deepEqual(
    lists.map(({ length }) => length),
    [1, 1],
  );
});

test('a connection that breaks is told', async () => {
  server.inject({ kind: 'reset' });
  await assert.rejects(createTraqAuth().login(alice), (error) => isTraqError(error, 'network'));
});
