import { describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../../src/browser.ts';
import { createTraqAuth as createForAnywhere } from '../../src/index.ts';
import { changesOf, quiet, through } from '../support/moments.ts';
import { allOperations } from '../support/operations.ts';
import { errorOf, thrownBy } from '../support/outcome.ts';
import { PageRequest } from '../support/page.ts';
import { alice, Browser, DAY, ORIGIN, openTab } from './browser.ts';

/** Lets the page be of another origin; its address may say something else. */
function beOf(origin: string | undefined, location: { origin: string; protocol: string } | undefined): void {
  vi.stubGlobal('origin', origin);
  vi.stubGlobal('location', location);
}

describe('a page', () => {
  test.each([
    ['a page', ORIGIN, { origin: ORIGIN, protocol: 'https:' }],
    ['a worker made of a blob', ORIGIN, { origin: 'null', protocol: 'blob:' }],
    ['a page that shows no origin but in its address', undefined, { origin: ORIGIN, protocol: 'https:' }],
  ])('of the same origin sends its cookies: %s (P6)', async (_what, origin, location) => {
    const browser = new Browser();
    beOf(origin, location);
    await through(browser.tab().login(alice));
    expect(browser.sent[0]?.init.credentials).toBe('same-origin');
  });

  test.each([
    ['another origin', 'https://app.example', { origin: 'https://app.example', protocol: 'https:' }],
    ['plain http', 'http://q.trap.jp', { origin: 'http://q.trap.jp', protocol: 'http:' }],
    ['a sandbox', 'null', { origin: ORIGIN, protocol: 'https:' }],
    ['a sandbox of a blob', 'null', { origin: 'null', protocol: 'blob:' }],
    ['a sandbox of data', 'null', { origin: 'null', protocol: 'data:' }],
    ['a sandbox that its page fills itself', 'null', { origin: 'null', protocol: 'about:' }],
    ['no page', undefined, undefined],
  ])('of %s is invalid_argument before anything is sent, with the remedy (P6)', async (_w, origin, location) => {
    const browser = new Browser();
    beOf(origin, location);
    for (const { method, route, operation, call } of allOperations) {
      const error = await errorOf(call(browser.tab() as never), 'invalid_argument');
      expect(error).toMatchObject({ operation, method, route });
      expect(error.message).toBe(
        `${method} ${route} failed: a page of ${origin ?? 'no origin'} cannot hold a session of another origin ` +
          `(${ORIGIN}), since traQ allows no credentials there: serve the API on the page's own origin by a proxy ` +
          '(with changeOrigin), and let baseUrl be its path, such as /api/v3; in a test without a browser, give the ' +
          "fake's browserFetch (traq-auth also takes cookies: 'managed'); nothing was sent (invalid_argument)",
      );
    }
    expect(browser.sent).toEqual([]);
    expect(browser.locks.asked).toEqual([]);
  });

  test('of another origin may use traq.fetch for what needs no session, login and logout included (P6)', async () => {
    const browser = new Browser();
    beOf('https://app.example', { origin: 'https://app.example', protocol: 'https:' });
    const { fetch, ready } = browser.tab();
    for (const path of ['/version', '/login', '/logout']) {
      await through(fetch(path, path === '/version' ? {} : { method: 'POST' }));
    }
    expect(browser.sent.map(({ init }) => init.credentials)).toEqual(Array(3).fill('same-origin'));
    expect(browser.locks.asked).toEqual([]);
    await errorOf(ready(), 'invalid_argument');
  });

  test.each([
    ['an extension', 'chrome-extension://abc', { origin: 'chrome-extension://abc', protocol: 'chrome-extension:' }],
    ["an extension's worker made of a blob", 'chrome-extension://abc', { origin: 'null', protocol: 'blob:' }],
    ['a scheme of its own', 'x-https://app', { origin: 'x-https://app', protocol: 'x-https:' }],
    ['a file of Electron', 'null', { origin: 'null', protocol: 'file:' }],
  ])('of another scheme is not judged, and sends its cookies everywhere: %s (P6)', async (_what, origin, location) => {
    const browser = new Browser();
    beOf(origin, location);
    const traq = browser.tab();
    await through(traq.login(alice));
    await through(traq.fetch('/users/me'));
    await through(traq.fetch(new Request(`${ORIGIN}/api/v3/users/me`)));
    await through(traq.logout());
    expect(browser.sessions()).toBe(0);
    expect(new Set(browser.sent.map(({ init }) => init.credentials))).toEqual(new Set(['include']));
  });

  test('of another scheme that the platform refuses gets network, with a hint (P6)', async () => {
    const browser = new Browser();
    beOf('capacitor://localhost', { origin: 'capacitor://localhost', protocol: 'capacitor:' });
    const refused = Object.assign(new TypeError('Failed to fetch'), { code: 'ERR_BLOCKED' });
    const { login, ready } = browser.tab({ fetch: () => Promise.reject(refused) });
    const hint = `no response; capacitor://localhost needs the platform's permission to send cookies to ${ORIGIN}`;
    const error = await through(errorOf(login(alice), 'network'));
    expect(error.message).toBe(`POST /login failed: ${hint}, ERR_BLOCKED (network)`);
    expect(error.cause).toMatchObject({ message: 'Failed to fetch', code: 'ERR_BLOCKED' });
    expect((await through(errorOf(ready(), 'network'))).message).toContain(hint);
    const nonsense = browser.tab({ fetch: async () => ({}) as Response });
    await through(errorOf(nonsense.login(alice), 'unexpected_response'));
    beOf(ORIGIN, { origin: ORIGIN, protocol: 'https:' });
    const here = browser.tab({ fetch: () => Promise.reject(refused) });
    expect((await through(errorOf(here.login(alice), 'network'))).message).toContain('failed: no response, ');
    const including = here.fetch('/login', { method: 'POST', credentials: 'include' });
    expect((await through(errorOf(including, 'network'))).message).toContain('failed: no response, ');
  });

  test("the caller's own mode of credentials goes before ours (T12, P6)", async () => {
    const { browser, fetch } = openTab(DAY);
    await through(fetch('/users/me', { credentials: 'include' }));
    await through(fetch('/users/me', { credentials: 'omit' }));
    const sent = browser.sent.filter(({ route }) => route === 'GET /users/me');
    expect(sent.map(({ init }) => init.credentials)).toEqual(['include', 'omit']);
  });
});

describe('a client made where there is no page', () => {
  test('works later in one (P7)', async () => {
    const browser = new Browser();
    const { location, origin } = globalThis as { location?: unknown; origin?: unknown };
    beOf(undefined, undefined);
    const traq = browser.tab({ baseUrl: '/api/v3' });
    expect(traq.baseUrl).toBe('/api/v3');
    await errorOf(traq.sessions.list(), 'invalid_argument');
    const refused = thrownBy(() => traq.onSessionChange(() => {}));
    expect(refused.message).toMatch(/^traq\.onSessionChange failed: baseUrl must be .* \(invalid_argument\)$/);
    vi.stubGlobal('location', location);
    vi.stubGlobal('origin', origin);
    const told = changesOf(traq);
    await through(traq.login(alice));
    expect(traq.baseUrl).toBe(`${ORIGIN}/api/v3`);
    expect(told).toEqual(['login here']);
  });

  test('touches nothing (P7, T11)', async () => {
    const browser = new Browser();
    const touched: string[] = [];
    for (const name of ['location', 'navigator', 'localStorage', 'document', 'Request']) {
      vi.stubGlobal(name, undefined);
      Object.defineProperty(globalThis, name, { configurable: true, get: () => void touched.push(name) });
    }
    browser.tab();
    expect(touched).toEqual([]);
    await quiet();
    expect(browser.sent).toEqual([]);
  });
});

test('login in an emulated page says what to set where its fetch is no page’s: nobody holds the cookie (P7)', async () => {
  const browser = new Browser();
  for (const redirect of [undefined, '/home']) {
    const { login } = browser.tab({ fetch: browser.server.fetch });
    const error = await through(errorOf(login({ ...alice, redirect }), 'unexpected_response'));
    expect(error.message).toContain(
      "POST /login failed: fetch shows the session cookie, which no browser does: in a test without a browser, give the fake's browserFetch (traq-auth also takes cookies: 'managed') (",
    );
  }
});

test('a call says what to set where the platform lacks what fetch needs, as Jest’s jsdom does (P7)', async () => {
  const browser = new Browser();
  vi.stubGlobal('TextEncoder', undefined);
  const traq = createForAnywhere({ fetch: browser.fetch });
  for (const call of [traq.login(alice), traq.sessions.list(), traq.fetch('/version'), traq.ready()]) {
    const error = await errorOf(call, 'invalid_argument');
    expect(error.message).toMatch(
      / failed: TextEncoder must be there, as in jest-fixed-jsdom; nothing was sent \(invalid_argument\)$/,
    );
  }
  expect(browser.sent).toEqual([]);
});

describe('traq-auth in a page', () => {
  test('does all this too, as the platform says; no script reads the cookie there (P7)', async () => {
    const browser = new Browser();
    vi.stubGlobal('Request', PageRequest);
    const traq = createForAnywhere({ fetch: browser.fetch });
    await through(traq.login(alice));
    await through(traq.logout());
    expect(browser.routes).toEqual(['POST /login', 'POST /logout', 'POST /logout']);
    expect(browser.locks.asked).toHaveLength(2);
    const error = await errorOf(traq.cookieHeader(), 'invalid_argument');
    expect(error.message).toBe(
      'cookieHeader() cannot work in browser mode: the browser holds the session, where no script can read it (invalid_argument)',
    );
  });

  test('holds the session itself on a platform that has no Request, with the plain fetch of the fake (P7)', async () => {
    const browser = new Browser();
    vi.stubGlobal('Request', undefined);
    const { server } = browser;
    const traq = createForAnywhere({ fetch: server.fetch, now: server.now });
    await through(traq.login(alice));
    expect(await through(traq.sessions.list())).toHaveLength(1);
    expect(browser.locks.asked).toEqual([]);
  });
});

describe('traq-auth/browser', () => {
  test('has no cookieHeader, and refuses to hold the cookie (P7)', () => {
    new Browser();
    expect('cookieHeader' in createTraqAuth()).toBe(false);
    const managed = thrownBy(() => createTraqAuth({ cookies: 'managed' } as object));
    expect(managed).toMatchObject({ code: 'invalid_argument' });
    expect(managed.message).toBe(
      "createTraqAuth: cookies must not be 'managed' in traq-auth/browser; import createTraqAuth from traq-auth (invalid_argument)",
    );
    expect(() => createTraqAuth({ cookies: 'browser' } as object)).not.toThrow();
  });
});
