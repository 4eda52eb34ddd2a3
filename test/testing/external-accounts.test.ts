import { expect } from 'vitest';
import { createFakeTraq } from '../../src/testing/index.ts';
import { type Ask, bothWays, day, logIn, type Told, test } from './both-ways.ts';

const accounts = '/users/me/ex-accounts';

const linkRefusals: [json: unknown, message: string][] = [
  [{ providerName: ' github' }, 'invalid provider name'],
  [{ providerName: '../x' }, 'invalid provider name'],
  [{ providerName: ' ' }, 'invalid provider name'],
  [{ providerName: null }, 'providerName: cannot be blank.'],
  [{ provider: 'github' }, 'providerName: cannot be blank.'],
  [{ providerName: 1 }, 'Bad Request'],
  [['github'], 'Bad Request'],
];
for (const action of ['link', 'unlink']) {
  bothWays(`refuses a wrong body of ${action}, and takes a form without reading it`, async (ask, server) => {
    const { token } = server.openSession('alice');
    server.link('alice', 'github');
    const path = `${accounts}/${action}`;
    for (const [json, message] of linkRefusals) {
      const told = await ask('POST', path, { session: token, json });
      expect(told, JSON.stringify(json)).toMatchObject({ status: 400, message });
    }
    const text = { session: token, raw: '{"providerName":"github"}', headers: { 'content-type': 'text/plain' } };
    expect(await ask('POST', path, text)).toMatchObject({ status: 415, message: 'Unsupported Media Type' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = await ask('POST', path, { session: token, raw: 'providerName=github', headers });
    expect(form).toMatchObject({ status: 400, message: 'providerName: cannot be blank.' });
    expect(await ask('POST', path, { raw: 'x' })).toMatchObject({ status: 401, message: 'You are not logged in' });
  });
}

bothWays('takes the name of a provider in its own letter case alone at link', async (ask, server) => {
  const { token } = server.openSession('alice');
  const linked = await ask('POST', `${accounts}/link`, { session: token, json: { providerName: 'GitHub' } });
  expect(linked).toMatchObject({ status: 400, message: 'invalid provider name' });
});

bothWays('lists linked accounts of one user, in another order than that of linking', async (ask, server) => {
  server.link('alice', 'github', 'octo');
  server.link('alice', 'oidc');
  server.link('bob', 'github', 'bobby');
  const { token } = server.openSession('alice');
  const { body } = await ask('GET', accounts, { session: token });
  expect(JSON.parse(body)).toMatchObject([
    { providerName: 'oidc', externalName: 'alice-at-oidc' },
    { providerName: 'github', externalName: 'octo' },
  ]);
});

/** A browser's part in linking: its cookies. */
function browsing(ask: Ask, session: string) {
  const jar = new Map([['r_session', session]]);
  return async (path: string) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const told = await ask('GET', `/${path}`, { headers: { cookie } });
    const line = told.header('set-cookie') ?? '';
    const ticket = /traq_ext_auth_cookie=(\w+); Path=\/; Expires=.*; Max-Age=300; HttpOnly; SameSite=Lax$/.exec(
      line,
    )?.[1];
    if (ticket !== undefined) jar.set('traq_ext_auth_cookie', ticket);
    return told;
  };
}

bothWays('lets a link be walked to its end at a provider that it plays', async (ask, server) => {
  const { token } = server.openSession('alice');
  const link = await ask('POST', `${accounts}/link`, { session: token, json: { providerName: 'oidc' } });
  expect(link.header('location')).toBe('/api/auth/oidc?link=1');
  const go = browsing(ask, token);
  const start = await go('/api/auth/oidc?link=1');
  expect(start).toMatchObject({ status: 302, body: '' });
  const page = await go(start.header('location') ?? '');
  expect(page.header('content-type')).toBe('text/html; charset=UTF-8');
  const href = /<a href="([^"]+)">/.exec(page.body)?.[1] ?? '';
  const done = await go(href);
  expect([done.status, done.header('location')]).toStrictEqual([302, '/']);
  expect((await go('/')).body).toMatch(/<title>traQ<\/title>.*<h1>traQ<\/h1>/s);
  const { body } = await ask('GET', accounts, { session: token });
  expect(JSON.parse(body)).toMatchObject([{ providerName: 'oidc', externalName: 'alice-at-oidc' }]);
  const again = await ask('POST', `${accounts}/link`, { session: token, json: { providerName: 'oidc' } });
  expect(again).toMatchObject({ status: 400, message: 'already linked' });
  expect(await go(href)).toMatchObject({ status: 400, message: 'You have already logged in. Please logout once.' });
});

bothWays(
  'shows a page of a provider that names the account, and writes nothing else of the query into it',
  async (ask) => {
    const page = await ask('GET', '//api/auth/oidc/consent?login_hint=<b>al_-1</b>&state=%22>Ab9"');
    expect(page.body).toBe(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sign in with oidc</title>
<h1>oidc</h1>
<p>You are bal_-1b-at-oidc here.</p>
<p><a href="/api/auth/oidc/callback?code=bal_-1b-at-oidc&state=Ab9">Allow</a></p>
</html>
`);
  },
);

/** Goes to a provider; gives the way back, but for the code of the account. */
async function setOut(go: (path: string) => Promise<Told>, path: string): Promise<string> {
  const location = (await go(path)).header('location') ?? '';
  const state = new URL(location, 'http://x').searchParams.get('state');
  return `${path.replace(/\?.*/, '')}/callback?state=${state}&code=`;
}

bothWays('links no second account of a provider, and an account once only, whoever has it', async (ask, server) => {
  server.link('bob', 'oidc', 'shared');
  const go = browsing(ask, server.openSession('alice').token);
  const taken = { status: 400, message: 'this account has already been linked' };
  expect(await go(`${await setOut(go, '/api/auth/oidc?link=1')}shared`)).toMatchObject(taken);
  server.link('alice', 'oidc', 'first');
  expect(await go(`${await setOut(go, '/api/auth/oidc?link=1')}second`)).toMatchObject(taken);
});

bothWays('links no account to a user who is suspended', async (ask, server) => {
  server.suspend('alice');
  const go = browsing(ask, server.openSession('alice').token);
  const back = await setOut(go, '/api/auth/oidc?link=1');
  const suspended = { status: 403, message: 'this account is currently suspended' };
  expect(await go(`${back}alice-at-oidc`)).toMatchObject(suspended);
});

bothWays('starts a visit to a provider by a cookie of 300 seconds and a state of its own', async (ask, server) => {
  const { token } = server.openSession('alice');
  const first = await ask('GET', '//api/auth/github?link=1', { session: token });
  const location = new URL(first.header('location') ?? '');
  expect(`${location.origin}${location.pathname}`).toBe('https://github.com/login/oauth/authorize');
  expect(first.header('set-cookie')).toContain(`traq_ext_auth_cookie=${location.searchParams.get('state')};`);
  const second = await ask('GET', '//api/auth/github?link=t', { session: token });
  expect(second.header('location')).not.toBe(first.header('location'));
});

bothWays('refuses a visit to a provider by the same rules as the real one', async (ask, server) => {
  const { token } = server.openSession('alice');
  const start = '//api/auth/oidc?link=1';
  const headers = { authorization: 'Bearer app-token' };
  expect(await ask('GET', start, { headers, session: token })).toMatchObject({
    status: 400,
    message: 'Authorization Header must not be set.',
  });
  const out = { status: 401, message: 'You are not logged in. Please login.' };
  expect(await ask('GET', start)).toMatchObject({ ...out, cookies: [] });
  expect(await ask('GET', start, { session: 'dead' })).toMatchObject({ ...out, cookies: ['clear'] });
  const logged = { status: 400, message: 'You have already logged in. Please logout once.' };
  expect(await ask('GET', '//api/auth/oidc', { session: token })).toMatchObject(logged);
  expect(await ask('GET', '//api/auth/oidc?link=0', { session: token })).toMatchObject(logged);
});

bothWays('refuses a callback that the browser did not set out for', async (ask, server) => {
  const { token } = server.openSession('alice');
  const callback = '//api/auth/oidc/callback';
  const cookie = `r_session=${token}; traq_ext_auth_cookie=abc`;
  const refusals: [string, Record<string, string>, string][] = [
    ['?code=x', { cookie }, 'missing code or state'],
    ['?state=abc', { cookie }, 'missing code or state'],
    ['?code=x&state=abc', { cookie: `r_session=${token}` }, 'missing cookie'],
    ['?code=x&state=abd', { cookie }, 'invalid state'],
    ['?code=x&state=abc', { cookie, authorization: 'x' }, 'Authorization Header must not be set.'],
  ];
  for (const [query, headers, message] of refusals) {
    expect(await ask('GET', `${callback}${query}`, { headers })).toMatchObject({ status: 400, message });
  }
});

bothWays('keeps the name of an account at a provider whole', async (ask, server) => {
  const { token } = server.openSession('alice');
  const go = browsing(ask, token);
  const back = await setOut(go, '/api/auth/github?link=1');
  expect((await go(back + encodeURIComponent('アリス 100% & co'))).status).toBe(302);
  const { body } = await ask('GET', accounts, { session: token });
  expect(JSON.parse(body)).toMatchObject([{ externalName: 'アリス 100% & co' }]);
});

bothWays('logs in by an account that is linked, and no other', async (ask, server) => {
  server.link('bob', 'oidc');
  const go = browsing(ask, '');
  const start = await go('/api/auth/oidc');
  expect(start.header('location')).toMatch(/^\/api\/auth\/oidc\/consent\?client_id=x&response_type=code&state=\w{32}$/);
  const state = new URL(start.header('location') ?? '', 'http://x').searchParams.get('state');
  const page = await go(start.header('location') ?? '');
  expect(page.body).toContain('someone-at-oidc');
  const callback = `/api/auth/oidc/callback?state=${state}&code=`;
  expect(await go(`${callback}nobody`)).toMatchObject({ status: 401, message: 'You are not a member of traQ' });
  expect(await go(`${callback}bob-at-oidc`)).toMatchObject({ status: 302, cookies: ['new'] });
  expect(server.sessionsOf('bob')).toHaveLength(1);
  server.suspend('bob');
  expect(await go(`${callback}bob-at-oidc`)).toMatchObject({ status: 403 });
});

bothWays('forgets what a session set out to link when it rotates', async (ask, server) => {
  const { token } = server.openSession('alice', { ageMs: 14 * day - 1 });
  const go = browsing(ask, token);
  const start = await go('/api/auth/oidc?link=1');
  const page = await go(start.header('location') ?? '');
  const href = /<a href="([^"]+)">/.exec(page.body)?.[1] ?? '';
  server.advance(1);
  expect(await go(href)).toMatchObject({ status: 400, cookies: ['new'] });
});

test('server.fetch names the enabled providers in GET /version, sorted', async () => {
  const flags = async (providers: string[]): Promise<unknown> => {
    const response = await createFakeTraq({ providers }).fetch('http://localhost/api/v3/version');
    return response.json();
  };
  expect(await flags(['oidc', 'github', 'a'])).toStrictEqual({
    version: 'UNKNOWN',
    revision: 'UNKNOWN',
    flags: { externalLogin: ['a', 'github', 'oidc'], signUpAllowed: true },
  });
  expect(await flags([])).toMatchObject({ flags: { externalLogin: [] } });
});

test('server.fetch follows a login’s redirect to the fake’s front page', async ({ server }) => {
  const response = await server.fetch('http://localhost/api/v3/login?redirect=%2F', logIn);
  expect([response.status, response.url, response.redirected]).toStrictEqual([200, 'http://localhost/', true]);
  expect(response.headers.getSetCookie()).toStrictEqual([]);
});
