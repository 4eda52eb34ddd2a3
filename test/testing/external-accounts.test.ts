import { expect } from 'vitest';
import { type Ask, day, type Told, test } from './both-ways.ts';

const accounts = '/users/me/ex-accounts';

test('server.fetch lists a user’s linked accounts in another order than that of linking', async ({ server, ask }) => {
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

test('server.fetch lets a link be walked to its end at a provider that it plays', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const link = (providerName: string) => ask('POST', `${accounts}/link`, { session: token, json: { providerName } });
  expect(await link('OIDC')).toMatchObject({ status: 400, message: 'invalid provider name' });
  expect((await link('oidc')).header('location')).toBe('/api/auth/oidc?link=1');
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
  expect(await go(href)).toMatchObject({ status: 400, message: 'You have already logged in. Please logout once.' });
});

test('server.fetch shows a provider’s page with a name and nothing else of the query in it', async ({ ask }) => {
  const page = await ask('GET', '//api/auth/oidc/consent?login_hint=<b>al_-1</b>&state=%22>Ab9"');
  expect(page.body).toBe(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sign in with oidc</title>
<h1>oidc</h1>
<p>You are bal_-1b-at-oidc here.</p>
<p><a href="/api/auth/oidc/callback?code=bal_-1b-at-oidc&state=Ab9">Allow</a></p>
</html>
`);
});

/** Goes to a provider; gives the way back, but for the code of the account. */
async function setOut(go: (path: string) => Promise<Told>, path: string): Promise<string> {
  const location = (await go(path)).header('location') ?? '';
  const state = new URL(location, 'http://x').searchParams.get('state');
  return `${path.replace(/\?.*/, '')}/callback?state=${state}&code=`;
}

test('server.fetch links no second account, none that is taken, and none when suspended', async ({ server, ask }) => {
  server.link('bob', 'oidc', 'shared');
  const go = browsing(ask, server.openSession('alice').token);
  const taken = { status: 400, message: 'this account has already been linked' };
  expect(await go(`${await setOut(go, '/api/auth/oidc?link=1')}shared`)).toMatchObject(taken);
  server.link('alice', 'oidc', 'first');
  expect(await go(`${await setOut(go, '/api/auth/oidc?link=1')}second`)).toMatchObject(taken);
  server.suspend('alice');
  const goAgain = browsing(ask, server.openSession('alice').token);
  const suspended = { status: 403, message: 'this account is currently suspended' };
  expect(await goAgain(`${await setOut(goAgain, '/api/auth/oidc?link=1')}third`)).toMatchObject(suspended);
});

test('server.fetch refuses a callback that the browser did not set out for', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const session = `r_session=${token}`;
  const cookie = `${session}; traq_ext_auth_cookie=abc`;
  const loggedIn = 'You have already logged in. Please logout once.';
  const refusals: [path: string, headers: Record<string, string>, message: string][] = [
    ['oidc?link=1', { cookie, authorization: 'x' }, 'Authorization Header must not be set.'],
    ['oidc', { cookie }, loggedIn],
    ['oidc?link=0', { cookie }, loggedIn],
    ['oidc/callback?code=x', { cookie }, 'missing code or state'],
    ['oidc/callback?state=abc', { cookie }, 'missing code or state'],
    ['oidc/callback?code=x&state=abc', { cookie: session }, 'missing cookie'],
    ['oidc/callback?code=x&state=abd', { cookie }, 'invalid state'],
    ['oidc/callback?code=x&state=abc', { cookie, authorization: 'x' }, 'Authorization Header must not be set.'],
  ];
  for (const [path, headers, message] of refusals) {
    expect(await ask('GET', `//api/auth/${path}`, { headers }), path).toMatchObject({ status: 400, message });
  }
  expect(await ask('GET', '//api/auth/oidc?link=1', { session: 'dead' })).toMatchObject({
    status: 401,
    cookies: ['clear'],
  });
});

test('server.fetch keeps the name of an account at a provider whole', async ({ server, ask }) => {
  const { token } = server.openSession('alice');
  const go = browsing(ask, token);
  const back = await setOut(go, '/api/auth/github?link=1');
  expect((await go(back + encodeURIComponent('アリス 100% & co'))).status).toBe(302);
  const { body } = await ask('GET', accounts, { session: token });
  expect(JSON.parse(body)).toMatchObject([{ externalName: 'アリス 100% & co' }]);
});

test('server.fetch logs in by an account that is linked, and no other', async ({ server, ask }) => {
  server.link('bob', 'oidc');
  const go = browsing(ask, '');
  const consent = (await go('/api/auth/oidc')).header('location') ?? '';
  expect(consent).toMatch(/^\/api\/auth\/oidc\/consent\?client_id=x&response_type=code&state=\w{32}$/);
  expect((await go(consent)).body).toContain('someone-at-oidc');
  const back = await setOut(go, '/api/auth/oidc');
  expect(await go(`${back}nobody`)).toMatchObject({ status: 401, message: 'You are not a member of traQ' });
  expect(await go(`${back}bob-at-oidc`)).toMatchObject({ status: 302, cookies: ['new'] });
  expect(server.sessionsOf('bob')).toHaveLength(1);
  server.suspend('bob');
  expect(await go(`${back}bob-at-oidc`)).toMatchObject({ status: 403 });
});

test('server.fetch forgets what a session set out to link when it rotates', async ({ server, ask }) => {
  const go = browsing(ask, server.openSession('alice', { ageMs: 14 * day - 1 }).token);
  const back = await setOut(go, '/api/auth/oidc?link=1');
  server.advance(1);
  expect(await go(`${back}alice-at-oidc`)).toMatchObject({ status: 400, cookies: ['new'] });
});
