import { describe, expect, test } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { rejectionOf } from '../support/outcome.ts';
import { alice, codesOf, DAY as day, mapStore, Stage } from './stage.ts';

/** Lets the next call be answered with these `Set-Cookie` lines. */
async function answered(stage: Stage, traq: TraqAuth, status: number, ...lines: string[]): Promise<Response> {
  const headers = lines.map((line): [string, string] => ['set-cookie', line]);
  stage.server.inject({ kind: 'response', operation: 'getMe', respond: () => new Response(null, { status, headers }) });
  return await traq.fetch('/users/me');
}

describe('Set-Cookie lines', () => {
  const cases: [string, string[], string | undefined][] = [
    ['one token', ['r_session=new; Path=/; Max-Age=2419200'], 'new'],
    ['a token without attributes', ['r_session=new'], 'new'],
    ['a token after a clear', [clear, 'r_session=new; Path=/'], 'new'],
    ['a token before a clear', ['r_session=new; Path=/', clear], 'new'],
    ['two tokens: the last', ['r_session=new; Path=/', 'r_session=newer; Path=/'], 'newer'],
    ['two tokens and a clear between', ['r_session=new', clear, 'r_session=newer'], 'newer'],
    ['a value with signs', ['r_session=!#$%&()*+-./:<=>?@[]^_`{|}~'], '!#$%&()*+-./:<=>?@[]^_`{|}~'],
    ['4,096 octets', [`r_session=${'x'.repeat(4096)}`], 'x'.repeat(4096)],
    ['odd attributes', ['r_session=new;;  ; max-AGE = 9 ;secure;Max-Age'], 'new'],
    ['spaces around', [' r_session = new ; Path=/'], 'new'],
    ['a clear', [clear], undefined],
    ['an empty value', ['r_session=; Path=/'], undefined],
    ['a value whose Max-Age is 0', ['r_session=new; Max-Age=0'], undefined],
    ['a value whose Max-Age is below zero', ['r_session=new; Path=/; MAX-AGE=-1'], undefined],
    ['4,097 octets: ignored', [`r_session=${'x'.repeat(4097)}`], 'held'],
    ['a quoted value: ignored', ['r_session="new"'], 'held'],
    ['a value with a comma: ignored', ['r_session=a,b'], 'held'],
    ['a value with a backslash: ignored', ['r_session=a\\b'], 'held'],
    ['a value with a space: ignored', ['r_session=a b'], 'held'],
    [
      'lookalike names: ignored',
      ['r_session2=x', 'R_SESSION=x', 'xr_session=x', '__Host-r_session=x', 'r_session'],
      'held',
    ],
    ['a lookalike in a value: ignored', ['other=r_session=new', 'a=1; r_session=new'], 'held'],
    ['a token and a line to be ignored', ['r_session=new', 'r_session="x"'], 'new'],
    ['a thousand lines', [...Array.from({ length: 1000 }, (_, index) => `c${index}=1`), 'r_session=new'], 'new'],
  ];
  for (const [what, lines, expected] of cases) {
    test(`traq reads ${what} (S1)`, async () => {
      for (const status of [200, 403, 500]) {
        const stage = new Stage();
        const traq = await stage.loggedIn();
        const held = (await traq.cookieHeader())?.slice('r_session='.length);
        await answered(stage, traq, status, ...lines);
        const token = expected === 'held' ? held : expected;
        expect(await traq.cookieHeader()).toBe(token === undefined ? undefined : `r_session=${token}`);
      }
    });
  }

  test('traq takes a token that comes to a call without a session: a login by another way (S1)', async () => {
    const stage = new Stage();
    const traq = stage.client();
    await answered(stage, traq, 302, 'r_session=new; Path=/');
    expect(await traq.cookieHeader()).toBe('r_session=new');
  });

  test('traq reads no session from the answer to a call with its own Authorization (T12)', async () => {
    for (const line of ['r_session=new; Path=/', clear]) {
      const stage = new Stage();
      for (const traq of [stage.client(), await stage.loggedIn()]) {
        const cookie = await traq.cookieHeader();
        const headers = { 'set-cookie': line };
        stage.server.inject({ kind: 'response', respond: () => new Response(null, { status: 200, headers }) });
        await traq.fetch('/users/me', { headers: { authorization: 'Bearer x' } });
        expect(await traq.cookieHeader()).toBe(cookie);
      }
    }
  });
});

describe('the tokens of a call', () => {
  test('no error shows the token that a call carried, or that came with its answer (E3)', async () => {
    for (const fails of ['request', 'body'] as const) {
      const stage = new Stage();
      let text = '';
      const traq = createTraqAuth({
        now: stage.server.now,
        maxRetries: 0,
        async fetch(url, init) {
          if (init.method === 'POST') return await stage.server.fetch(url, init);
          text = JSON.stringify(init.headers);
          if (fails === 'request') throw new Error(text);
          text += 'new-token-of-this-answer';
          const headers = { 'set-cookie': 'r_session=new-token-of-this-answer; Path=/' };
          return new Response(JSON.stringify({ message: text }), { status: 400, headers });
        },
      });
      await traq.login(alice);
      const [token = ''] = stage.tokens;
      const error = await rejectionOf(traq.sessions.list());
      const { inspect } = await import('node:util');
      const shown = inspect(error, { depth: 9, showHidden: true });
      expect(text).toContain(token);
      expect(shown).toContain('[redacted]');
      expect(shown).not.toContain(token);
      expect(shown).not.toContain('new-token-of-this-answer');
    }
  });
});

describe('what ends a session', () => {
  test('a 401 without a clear ends nothing, nor is it sent again (S3)', async () => {
    let asked = 0;
    const getCredentials = () => {
      asked++;
      return alice;
    };
    const stage = new Stage();
    const traq = await stage.loggedIn(0, { getCredentials });
    const { status } = await traq.fetch('/users/me/password', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: 'not-my-password', newPassword: 'another-password' }),
    });
    expect(status).toBe(401);
    expect(asked).toBe(0);
    expect(stage.routes).toEqual(['PUT /users/me/password']);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });

  test('403, 429 and 500 end nothing (S3)', async () => {
    for (const status of [400, 403, 404, 429, 500, 503]) {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      expect((await answered(stage, traq, status)).status).toBe(status);
      expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
    }
  });

  test('a clear ends the session that the request carried, whatever the status (S3)', async () => {
    for (const status of [200, 204, 401, 403]) {
      const stage = new Stage();
      const traq = await stage.loggedIn();
      await answered(stage, traq, status, clear);
      expect(await traq.cookieHeader()).toBeUndefined();
    }
  });

  test('calls after the end of a session go bare, and get the server’s own answer (S6)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    stage.server.suspend('alice');
    expect(await codesOf([traq.sessions.list(), traq.sessions.list()])).toEqual(['not_logged_in', 'not_logged_in']);
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
    expect(stage.sent.map(({ token }) => token === undefined)).toEqual([false, false, true]);
  });
});

describe('late answers', () => {
  for (const sessionStore of [undefined, 'a store']) {
    const where = sessionStore === undefined ? 'in memory' : 'with a store';
    test(`a late 401 with a clear is sent once more with the session that is held now, ${where} (S2, S6)`, async () => {
      const stage = new Stage();
      const store = sessionStore === undefined ? undefined : mapStore();
      const traq = await stage.loggedIn(0, { sessionStore: store });
      const gate = stage.holdRequest('PUT /users/me/password');
      const body = JSON.stringify({ password: 'not-my-password', newPassword: 'another-password' });
      const headers = { 'content-type': 'application/json' };
      const late = traq.fetch('/users/me/password', { method: 'PUT', headers, body });
      await gate.arrived;
      await traq.logout();
      await traq.login(alice);
      const cookie = await traq.cookieHeader();
      gate.open();
      // The server says that the password is wrong, so the body was there again.
      const response = await late;
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ message: 'password is wrong' });
      expect(stage.sent.at(-1)).toEqual({ route: 'PUT /users/me/password', token: stage.tokens[0] });
      expect(await traq.cookieHeader()).toBe(cookie);
      expect(store?.kept?.token).toBe(store && stage.tokens[0]);
    });
  }

  test('a call is sent once more, not for ever, against a server that answers every call with 401 and a clear (S6)', async () => {
    const stage = new Stage();
    const store = mapStore();
    let count = 0;
    const traq = await stage.loggedIn(0, { sessionStore: store });
    stage.server.inject({
      kind: 'response',
      times: Number.POSITIVE_INFINITY,
      respond: () => {
        // Always a newer one, as if other processes logged in all the time.
        store.kept = { token: `other-${++count}`, issuedAt: stage.server.now() };
        return new Response(null, { status: 401, headers: [['set-cookie', clear]] });
      },
    });
    expect((await traq.fetch('/users/me')).status).toBe(401);
    expect(stage.sent).toHaveLength(2);
    expect(await codesOf([traq.sessions.list()])).toEqual(['not_logged_in']);
    expect(stage.sent).toHaveLength(4);
  });

  test('a late 401 without a clear is handed on as it is, whatever session is held now (S3, S6)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    stage.server.inject({ kind: 'status', status: 401, operation: 'getMe' });
    const gate = stage.holdAnswer('GET /users/me');
    const late = traq.fetch('/users/me');
    await gate.arrived;
    await traq.login({ ...alice, ifLoggedIn: 'replace' });
    gate.open();
    expect((await late).status).toBe(401);
    expect(stage.routes).toEqual(['GET /users/me', 'POST /login', 'POST /logout']);
  });

  test('an answer other than 401 is not sent again, though it ends the session (S6, S7)', async () => {
    for (const status of [200, 400, 403, 500]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(0, { getCredentials: () => alice });
      expect((await answered(stage, traq, status, clear)).status).toBe(status);
      expect(stage.routes).toEqual(['GET /users/me']);
    }
  });

  for (const [what, bytes, sent] of [
    ['more than 1 MiB is sent once', 1_048_577, 1],
    ['1 MiB is sent once more', 1_048_576, 2],
  ] as const) {
    test(`a stream of ${what} after its session has ended (S6, T12)`, async () => {
      const stage = new Stage();
      const fetch = async (url: string, init: RequestInit): Promise<Response> => {
        if (init.method === 'PUT') await new Response(init.body as BodyInit).arrayBuffer();
        return await stage.fetch(url, init.method === 'PUT' ? { ...init, body: null } : init);
      };
      const traq = await stage.loggedIn(0, { fetch });
      const gate = stage.holdAnswer('PUT /users/me/password');
      const respond = () => new Response(null, { status: 401, headers: { 'set-cookie': clear } });
      stage.server.inject({ kind: 'response', operation: 'changeMyPassword', respond });
      const body = new Response(new Uint8Array(bytes)).body;
      const late = traq.fetch('/users/me/password', { method: 'PUT', body, duplex: 'half' } as RequestInit);
      await gate.arrived;
      await traq.logout();
      await traq.login(alice);
      gate.open();
      expect((await late).status).toBe(sent === 1 ? 401 : 400);
      expect(stage.routes.filter((route) => route.startsWith('PUT'))).toHaveLength(sent);
    });
  }

  test('an answer that rotates unexpectedly is kept, and calls go on with it (S1, S2)', async () => {
    const stage = new Stage();
    const start = stage.server.now();
    const traq = await stage.loggedIn(0, { now: () => start });
    stage.server.advance(15 * day);
    expect((await traq.fetch('/users/me')).status).toBe(200);
    expect(stage.tokens).toHaveLength(1);
    expect(await codesOf([traq.sessions.list(), traq.sessions.list()])).toEqual(['ok', 'ok']);
    expect(await traq.cookieHeader()).toBe(`r_session=${stage.tokens[0]}`);
  });
});
