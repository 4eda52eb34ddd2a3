import { describe, expect, test } from 'vitest';
import { type ContestantName, contestants } from '../../bench/contestants.ts';
import { baseUrl, type Calls, cookie, stubFetch } from '../../bench/operations.ts';

const names = Object.keys(contestants) as ContestantName[];
const operations = [
  'login',
  'listSessions',
  'listAccounts',
  'link',
  'unlink',
  'revoke',
] as const satisfies (keyof Calls)[];

/** What a client sends and gives for each operation, while a session is held. */
async function exchangesOf(name: ContestantName): Promise<unknown[]> {
  let sent: unknown;
  const calls = contestants[name](async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers, redirect } = request;
    const body = await request.text();
    sent = {
      method,
      url,
      redirect,
      cookie: headers.get('cookie'),
      body,
      type: headers.get('content-type')?.split(';')[0],
    };
    return stubFetch(url);
  }, baseUrl);
  await calls.login();
  const exchanges: unknown[] = [];
  for (const operation of operations) {
    const result = await calls[operation]();
    exchanges.push({ operation, sent, ...(Array.isArray(result) && { result }) });
  }
  await calls.logout();
  return exchanges;
}

describe('contestants', () => {
  test.for(names)('%s sends what raw fetch sends, and gives the same lists', async (name) => {
    expect(await exchangesOf(name)).toEqual(await exchangesOf('raw fetch'));
  });

  test('raw fetch carries the session in every exchange', async () => {
    for (const exchange of await exchangesOf('raw fetch')) expect(exchange).toMatchObject({ sent: { cookie } });
  });

  test.for(names)('%s does not take a failure for a success', async (name) => {
    const calls = contestants[name](async () => new Response(null, { status: 500 }), baseUrl);
    await expect(calls.unlink()).rejects.toThrow();
  });
});
