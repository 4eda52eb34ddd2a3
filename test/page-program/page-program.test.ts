import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { preview } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFakeTraq } from '../../src/testing/index.ts';
import { openBrowser } from '../settings-page/use-visits.ts';
import { buildReactPages, writePlainPage } from './build.ts';

const sent = vi.fn();
let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-program-'));
  await writePlainPage(folder);
  vi.stubGlobal('fetch', sent);
  vi.stubEnv('NODE_ENV', 'production');
  await buildReactPages(folder);
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test("the README's program for a page is rendered on a server, and sends nothing there (T11)", () => {
  expect(sent).not.toHaveBeenCalled();
});

test.each([
  ['without a build', 'plain.html'],
  ['built with React and Vite', 'index.html'],
  ['rendered on a server and hydrated', 'rendered.html'],
])("the README's program for a page logs in and links there as it stands: %s", async (_how, page) => {
  const fake = createFakeTraq({ users: [{ name: 'alice', password: 'password-alice' }], providers: ['github'] });
  await using api = { ...(await fake.listen()), [Symbol.asyncDispose]: () => api.close() };
  const server = await preview({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0, proxy: { '/api': api.origin } },
  });
  await using _server = { [Symbol.asyncDispose]: () => server.close() };
  await using context = await browser.newContext();
  const tab = await context.newPage();
  const complaints: string[] = [];
  tab.on('console', (message) => complaints.push(message.text()));
  tab.on('pageerror', (error) => complaints.push(error.message));
  const origin = new URL(server.resolvedUrls?.local[0] ?? '').origin;
  await tab.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
  await tab.route('**/api/auth/**', (route) => route.fulfill({ body: 'here the user consents' }));
  await tab.goto(`${origin}/${page}`, { waitUntil: 'networkidle' });
  expect(fake.requests).toEqual([]);
  await tab.getByRole('button', { name: 'Link GitHub' }).click();
  await tab.waitForURL(`${origin}/api/auth/github?link=1`);
  expect(fake.requests.map(({ operation }) => operation)).toEqual(['login', 'linkExternalAccount']);
  expect(fake.sessionsOf('alice')).toHaveLength(1);
  expect(complaints).toEqual([]);
});
