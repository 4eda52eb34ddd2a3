import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { complaintsAbout } from '../support/prism-guard.ts';
import { HELD, play } from '../support/prism-play.ts';
import { recordOf } from '../support/prism-record.ts';
import { sendRaw } from '../support/prism-request.ts';

const prism = inject('prism');
const credentials = { name: 'alice', password: 'password-alice' };

test('the guard has nothing to say about the response that was asked for', async () => {
  const { response } = await sendRaw({ path: '/login', json: credentials, headers: { prefer: 'code=401' } }, prism);
  expect(await complaintsAbout(response, 401)).toStrictEqual([]);
});

test('the guard notices another status than was asked for', async () => {
  const { response } = await sendRaw({ path: '/login', json: credentials }, prism);
  expect(await complaintsAbout(response, 401)).toStrictEqual(['204 came where 401 was asked for']);
});

test('the guard notices a refusal that looks like the documented response', async () => {
  const { response } = await sendRaw({ path: '/login', json: {} }, prism);
  expect(await complaintsAbout(response, 400)).toStrictEqual([expect.stringContaining('must have required property')]);
});

test('the guard notices a response that the description does not have', async () => {
  const { response } = await sendRaw({ path: '/login', json: credentials, headers: { prefer: 'code=404' } }, prism);
  expect(await complaintsAbout(response, 404)).toStrictEqual([expect.stringContaining('errors#NOT_FOUND')]);
});

test('the guard notices that a body was not even read', async () => {
  const { response } = await sendRaw(
    { path: '/login', body: '{"name":', headers: { 'content-type': 'application/json' } },
    prism,
  );
  expect(await complaintsAbout(response, 400)).toStrictEqual([expect.stringContaining('invalid_json')]);
});

test('a client without a session gets the very 401 that a test wants, and only guard and record tell', async () => {
  const caller = randomUUID();
  const list = play((traq) => traq.sessions.list(), { prism, caller, status: 401 });
  const { result, complaints } = await list;
  expect(result).toMatchObject({ error: { code: 'not_logged_in', serverMessage: 'You are not logged in' } });
  expect(complaints).toStrictEqual([expect.stringContaining('"code":401')]);
  expect(await recordOf(caller, prism)).toMatchObject([
    { violations: ['401'], hasCookie: false, hasAuthorization: true },
  ]);
});

test('the record shows a query parameter that Prism lets pass', async () => {
  const { response, recorded } = await sendRaw({ path: '/logout?redirct=/', method: 'POST' }, prism);
  expect(response.status).toBe(204);
  expect(recorded).toMatchObject({ violations: [], query: ['redirct'], undocumentedQuery: ['redirct'] });
});

test('the record shows an Authorization that Prism lets pass on login (T5)', async () => {
  const headers = { authorization: 'Bearer made-up' };
  const { response, recorded } = await sendRaw({ path: '/login', json: credentials, headers }, prism);
  expect(response.status).toBe(204);
  expect(recorded).toMatchObject({ violations: [], hasAuthorization: true });
});

test('the guard notices that a route is not there', async () => {
  const caller = randomUUID();
  const elsewhere = { ...prism, url: `${prism.url}/api/v3` };
  const { result, complaints } = await play((traq) => traq.sessions.list(), {
    prism: elsewhere,
    caller,
    status: 404,
    held: HELD,
  });
  expect(result).toMatchObject({ error: { code: 'unexpected_response', status: 404 } });
  expect(complaints).toStrictEqual([expect.stringContaining('NO_PATH_MATCHED')]);
  expect(await recordOf(caller, prism)).toStrictEqual([]);
});
