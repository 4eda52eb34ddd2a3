import { expect } from 'vitest';
import { bothWays, credentials, day, logIn, start, test } from './both-ways.ts';
import { byHttp } from './recorded.ts';

const alice = credentials('alice');
const json = 'application/json';
const unread = 'name: cannot be blank; password: cannot be blank.';

test('server.fetch matches names in any letter case', async ({ server, ask }) => {
  expect((await ask('POST', '/login', { json: { ...alice, name: 'ALICE' } })).status).toBe(204);
  expect(server.sessionsOf('Alice')).toHaveLength(1);
});

test('server.fetch matches keys in any letter case, and reads a key that comes twice twice', async ({ ask }) => {
  const twice: [fields: string, status: number][] = [
    ['"Name":"bob","NAME":"alice","PASSWORD":"x"', 204],
    ['"name":"bob","NAME":"nobody","name":"alice"', 204],
    ['"name":"alice","NAME":"nobody"', 401],
    ['"name":"alice","name":null', 204],
    ['"name":"alice","x":{"name":5},"y":["\\"name\\":","name"]', 204],
    ['"x":":,","name":"alice","NAME":"nobody"', 401],
    ['"name" : 5, "name" : "alice"', 400],
    ['"name":"alice","n\\u0061me":5', 400],
  ];
  for (const [fields, status] of twice) {
    const raw = `{${fields},"password":"password-alice"}`;
    expect(await ask('POST', '/login', { raw, headers: { 'content-type': json } }), fields).toMatchObject({ status });
  }
});

const refusals: [body: unknown, status: number, message: string][] = [
  [null, 400, unread],
  [{ name: 'a b', password: '' }, 400, 'name: must contain [a-zA-Z0-9_-] only; password: cannot be blank.'],
  [{ name: `${'a'.repeat(40)}!`, password: 'x' }, 400, 'name: must contain [a-zA-Z0-9_-] only.'],
  [{ name: 'alice\n', password: 'x' }, 400, 'name: must contain [a-zA-Z0-9_-] only.'],
  [{ name: 'a'.repeat(32), password: 'x' }, 401, 'invalid name'],
  [{ name: '_-0Z', password: 'x' }, 401, 'invalid name'],
  [{ name: 'alice', password: ' ' }, 401, 'password or id is wrong'],
  [[], 400, 'Bad Request'],
  ['text', 400, 'Bad Request'],
  [{ name: '', password: false }, 400, 'Bad Request'],
];
test('server.fetch responds to a login with wrong fields as the server does', async ({ server, ask }) => {
  for (const [body, status, message] of refusals) {
    const told = await ask('POST', '/login', { json: body });
    expect(told, JSON.stringify(body)).toMatchObject({ status, message, cookies: [] });
  }
  expect(server.sessionsOf('alice')).toHaveLength(0);
});

const text = JSON.stringify(alice);
const multipart = '--b1\r\nContent-Disposition: form-data; name="name"\r\n\r\nalice\r\n--b1--\r\n';
const bodies: [what: string, type: string, raw: string, status: number, message: string | undefined][] = [
  ['JSON with a charset', 'application/json; charset=utf-8', text, 204, undefined],
  ['JSON with unknown fields', json, `{"x":[{"name":"bob"}],${text.slice(1)}`, 204, undefined],
  ['JSON with a space behind its type', 'application/json ; charset=utf-8', text, 204, undefined],
  ['text behind the first JSON value', json, `${text} and "more }`, 204, undefined],
  ['text behind a JSON value with brackets and quotes in it', json, `{"x":"}\\"]",${text.slice(1)}]`, 204, undefined],
  ['text behind a JSON value with others in it', json, `{"x":{"y":[{}]},${text.slice(1)},`, 204, undefined],
  ['text behind a JSON array', json, '[1, [2]] {}', 400, 'Bad Request'],
  ['JSON broken in the middle', json, '{"name" "alice"} ', 400, 'Bad Request'],
  ['a byte order mark', json, `\ufeff${text}`, 400, 'Bad Request'],
  ['white space only', json, ' \n', 400, 'Bad Request'],
  ['a form', 'application/x-www-form-urlencoded', 'name=alice&password=password-alice', 400, unread],
  ['XML', 'application/xml', '<r><name>alice</name></r>', 400, unread],
  ['JSON as XML text', 'text/xml; charset=utf-8', text, 400, 'Bad Request'],
  ['XML that does not end', 'application/xml', '<r><name>alice</name>x</r', 400, unread],
  ['XML of which nothing ends', 'text/xml', '<r>alice', 400, 'Bad Request'],
  ['an empty element of XML', 'text/xml', '<?xml version="1.0"?><r a="b"/>', 400, unread],
  ['a form with broken percent-encoding', 'application/x-www-form-urlencoded', 'name=%4z', 400, 'Bad Request'],
  ['a form with a semicolon', 'application/x-www-form-urlencoded', 'name=a;b', 400, 'Bad Request'],
  ['a multipart form without a boundary', 'multipart/form-data', '--undefined--', 400, 'Bad Request'],
  ['a multipart form', 'multipart/form-data;boundary=b1', multipart, 400, unread],
  ['half a multipart form', 'multipart/form-data; boundary=b1', multipart.slice(0, -4), 400, 'Bad Request'],
  ['a multipart form without parts', 'multipart/form-data; boundary=b1', '--b1--', 400, unread],
  ['a multipart form of a quoted boundary', 'multipart/form-data; x=y; boundary="b1"', multipart, 400, unread],
  ['nothing, of a type that it does not read', 'text/plain', '', 400, unread],
  ['a type in upper case', 'APPLICATION/JSON', text, 415, 'Unsupported Media Type'],
];
test('server.fetch responds to a login by the type and the form of its body as the server does', async ({ ask }) => {
  for (const [what, type, raw, status, message] of bodies) {
    const told = await ask('POST', '/login', { raw, headers: { 'content-type': type } });
    expect(told, what).toMatchObject({ status, message });
  }
});

test('server.listen reads an empty body that comes in chunks by its type, as the server does', async ({
  listener: { origin },
}) => {
  const cases: [type: string, status: number, message: string][] = [
    [json, 400, 'Bad Request'],
    ['application/x-www-form-urlencoded', 400, unread],
    ['text/plain', 415, 'Unsupported Media Type'],
  ];
  for (const [type, status, message] of cases) {
    const headers = { 'content-type': type, 'transfer-encoding': 'chunked' };
    const response = await byHttp(origin)('POST', '/api/v3/login', headers, undefined);
    expect([response.status, JSON.parse(response.body)], type).toStrictEqual([status, { message }]);
  }
});

bothWays('reads a login of megabytes, and characters whose bytes arrive in two parts', async (ask, server) => {
  // No size of a part is a multiple of three bytes, as each of these characters has.
  const long = { name: 'long', password: 'あ'.repeat(2_000_000) };
  server.addUser(long);
  expect((await ask('POST', '/login', { json: long })).status).toBe(204);
  const name = await ask('POST', '/login', { json: { ...alice, name: 'a'.repeat(6_000_000) } });
  expect(name.message).toBe('name: the length must be between 1 and 32.');
});

test('server.fetch refuses a login of whoever is logged in before it looks at the rest', async ({ server, ask }) => {
  const session = server.openSession('alice').token;
  const told = await ask('POST', '/login', { session, raw: '{' });
  expect(told).toMatchObject({ status: 400, message: 'You have already logged in. Please logout once.' });
});

test('server.fetch refuses a login with any Authorization before it looks at the cookie', async ({ ask }) => {
  const told = await ask('POST', '/login', { session: 'dead', json: alice, headers: { authorization: 'x' } });
  const message = 'Authorization Header must not be set. Please logout once.';
  expect(told).toMatchObject({ status: 400, message, cookies: [] });
});

test('server.fetch says that an account is suspended even to a wrong password', async ({ server, ask }) => {
  server.suspend('Alice');
  const told = await ask('POST', '/login', { session: 'dead', json: { ...alice, password: 'x' } });
  const suspended = { status: 403, message: 'this account is currently suspended' };
  expect(told).toMatchObject({ ...suspended, cookies: ['clear'] });
  const { token } = server.openSession('alice');
  expect(await ask('POST', '/login', { session: token, json: alice })).toMatchObject(suspended);
});

const redirects: [query: string, status: number, location: string | undefined][] = [
  ['redirect=//evil.example', 302, '//evil.example'],
  ['redirect=a+b', 302, 'a b'],
  ['redirect=%2Fa%3Fb%3Dc%26d', 302, '/a?b=c&d'],
  ['redirect=/first&redirect=/second', 302, '/first'],
  ['x=1&redirect=/x', 302, '/x'],
  ['redirect=%20%2Fx%09', 302, '/x'],
  ['redirect=%2Fx%0A%0Dy', 302, '/x  y'],
  ['redirect=%E3%83%86', 302, '\u00e3\u0083\u0086'],
  ['redirect=%FF', 302, '\u00ff'],
  ['redirect', 204, undefined],
  ['redirect=', 204, undefined],
  ['redirect=%zz', 204, undefined],
  ['redirect=%', 204, undefined],
  ['redirect=/a;b', 204, undefined],
  ['Redirect=/x', 204, undefined],
];
bothWays('responds to a login with a redirect as the server does', async (ask) => {
  for (const [query, status, location] of redirects) {
    const login = await ask('POST', `/login?${query}`, { json: alice });
    expect([login.status, login.header('location'), login.body], query).toStrictEqual([status, location, '']);
  }
});

test('server.fetch sets a cookie that expires 28 days from the fake’s own time', async ({ server }) => {
  server.advance(1_000);
  const response = await server.fetch('https://traq.example/api/v3/login', logIn);
  const expires = /Expires=([^;]+);/.exec(response.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
  expect(Date.parse(expires)).toBe(Math.floor((start + 1_000 + 28 * day) / 1000) * 1000);
});
