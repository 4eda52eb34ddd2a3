import { expect, test } from 'vitest';
import { type CookieJar, CookieStore } from '../../src/testing/cookie-jar.ts';
import { start } from './both-ways.ts';

const at = (pathname: string): URL => new URL(pathname, 'http://localhost');

/** A store that has taken lines from an address; its clock stands at `start`. */
function storeOf(pathname: string, ...lines: string[]): { store: CookieStore; jar: CookieJar } {
  const jar: CookieJar = new Map();
  const store = new CookieStore(jar, () => start);
  store.store(
    at(pathname),
    lines.map((line) => ['sEt-Cookie', line]),
  );
  return { store, jar };
}

test.each([
  ['/api/v3/login', 'a=1', '/api/v3'],
  ['/api', 'a=1', '/'],
  ['/api/v3/login', 'a=1; Path=x', '/api/v3'],
  ['/api/v3/login', 'a=1; PATH = /x/ ', '/x/'],
  ['/api/v3/login', 'a=1; Path=/x; path=/y', '/y'],
])('CookieStore takes from %s the cookie "%s" with the path %s', (pathname, line, path) => {
  const { jar } = storeOf(pathname, line);
  expect([...jar.values()]).toStrictEqual([{ name: 'a', value: '1', path, expires: Infinity, httpOnly: false }]);
});

test.each([
  ['/', '/', true],
  ['/', '/api', true],
  ['/api', '/api', true],
  ['/api', '/api/v3', true],
  ['/api/', '/api', false],
  ['/api', '/apix', false],
])('CookieStore sends a cookie of the path %s to %s: %s', (path, pathname, sent) => {
  expect(storeOf('/', `a=1; Path=${path}`).store.header(at(pathname))).toBe(sent ? 'a=1' : '');
});

test('CookieStore sends the cookie of the longest path first, and of one path the oldest', () => {
  const { store } = storeOf('/', 'a=1; Path=/', 'b=2; Path=/api', 'c=3; Path=/', 'd=4; Path=/api', 'a=5; Path=/');
  expect(store.header(at('/api'))).toBe('b=2; d=4; a=5; c=3');
});

test('CookieStore clears a cookie of the same name and path alone', () => {
  const { store, jar } = storeOf('/api/v3/login', 'a=1; Path=/', 'a=2', 'b=3');
  store.store(at('/api/v3/logout'), [
    ['Set-Cookie', 'a=; Max-Age=0'],
    ['X-Other', 'b=; Max-Age=0'],
  ]);
  expect([...jar.values()].map(({ value }) => value)).toStrictEqual(['1', '3']);
});

test.each([
  ['Max-Age=10', start + 10_000],
  ['Expires=Fri, 01 Jan 2027 00:00:00 GMT', Date.UTC(2027, 0, 1)],
  ['Max-Age=x; Expires=Fri, 01 Jan 2027 00:00:00 GMT', Date.UTC(2027, 0, 1)],
  ['Max-Age=1x; Expires=soon', Infinity],
  ['Max-Age=x1', Infinity],
  ['Max-Age=-1; Expires=Fri, 01 Jan 2027 00:00:00 GMT', undefined],
])('CookieStore reads the end of a cookie with "%s"', (attributes, expires) => {
  const { jar } = storeOf('/', `a=1; ${attributes}; HttpOnly`);
  expect([...jar.values()].map((cookie) => [cookie.expires, cookie.httpOnly])).toStrictEqual(
    expires === undefined ? [] : [[expires, true]],
  );
});

test('CookieStore keeps every sign of a value but the spaces around it', () => {
  const { store } = storeOf('/', ' a = b=c "d" ; Path=/', 'e');
  expect(store.header(at('/'))).toBe('a=b=c "d"; e=');
});
