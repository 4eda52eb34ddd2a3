import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { leftOf } from './support/left-of.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

/** What `fetch` leaves of a text that what sends the request throws. */
const leftBy = (text: string, path: string, init?: RequestInit): Promise<string> =>
  leftOf(text, ({ fetch }) => fetch(path, init));

describe('fetch', () => {
  test('fetch strikes nothing out of a cause but what its call said', async () => {
    const text = 'what was sent as Bearer to /users/me is not here!';
    expect(await leftBy(text, '/users/me')).toBe(text);
    expect(await leftBy(text, '/x?canary-key', { headers: { authorization: 'Bearer canary-token' } })).toBe(text);
    expect(await leftBy(text, '/x', { method: 'POST', body: '{"a":[null,7,true,{}]}' })).toBe(text);
    expect(await leftBy(text, '/x', { method: 'POST', body: 'canary' })).toBe(text);
  });

  test('fetch strikes its query out of a cause, with or without its question mark, and each value (E3)', async () => {
    const path = '/x?canary-key=canary%2Fvalue&other=canary+other';
    const query = 'canary-key=canary%2Fvalue&other=canary+other';
    expect(await leftBy(`for ${query}`, path)).toBe('for [redacted]');
    expect(await leftBy(`for https://q.trap.jp/api/v3${path}`, path)).toBe('for https://q.trap.jp/api/v3/x?[redacted]');
    expect(await leftBy('for canary/value and canary other', path)).toBe('for [redacted] and [redacted]');
  });

  test('fetch strikes its Authorization out of a cause, with its scheme or without (E3)', async () => {
    const send = (authorization: string, text: string) => leftBy(text, '/x', { headers: { authorization } });
    expect(await send('Bearer canary-token', 'for canary-token')).toBe('for [redacted]');
    expect(await send('Digest canary-one, canary-two', 'canary-one, or canary-two')).toBe('[redacted] or [redacted]');
    expect(await send('canary-bare', 'for canary-bare')).toBe('for [redacted]');
  });

  test('fetch strikes its body out of a cause, whole and text by text (E3)', async () => {
    const send = (body: string, text: string) => leftBy(text, '/x', { method: 'POST', body });
    expect(await send('canary text', 'for canary text')).toBe('for [redacted]');
    expect(await send('{"a":"canary-a"', 'for {"a":"canary-a"')).toBe('for [redacted]');
    const body = JSON.stringify({ a: 'canary-a', b: [{ c: 'canary-c' }, null, 12_345_678] });
    expect(await send(body, `for ${body}`)).toBe('for [redacted]');
    expect(await send(body, 'for canary-a, canary-c, 12345678')).toBe('for [redacted], [redacted], 12345678');
  });

  test('fetch strikes what its init says out of what the platform says of it (E3)', async () => {
    const { fetch } = createTraqAuth({ fetch: stubFetch().fetch });
    const init = { method: 'canary method', body: null, keepalive: true };
    const { cause } = await errorOf(fetch('/x?canary-query', init), 'invalid_argument');
    expect((cause as Error).message).toContain('[redacted]');
    expect((cause as Error).message).not.toContain('canary');
    const elsewhere = await errorOf(fetch('/x?canary-query', { referrer: 'http://[canary-query' }), 'invalid_argument');
    expect((elsewhere.cause as Error).message).toContain('[redacted]');
    expect((elsewhere.cause as Error).message).not.toContain('canary');
  });
});
