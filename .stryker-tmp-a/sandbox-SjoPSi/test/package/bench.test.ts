import { describe, expect, test } from 'vitest';
import { budgets, ownCost } from '../../bench/budgets.ts';
import { type ContestantName, contestants } from '../../bench/contestants.ts';
import { baseUrl, type Calls, cookie, stubFetch } from '../../bench/operations.ts';
import { toMarkdown } from '../../bench/report.ts';
import { overParts, slice } from '../../bench/slices.ts';

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

/** Slices of a run in which nothing disturbs: nanoseconds per call by name. */
function calmRun(times: Partial<Record<ContestantName, number>>): Record<ContestantName, number[]> {
  const all = { 'raw fetch': 1000, 'raw fetch again': 1000, 'openapi-fetch': 2000, '@traptitech/traq': 6000, ...times };
  return Object.fromEntries(
    names.map((name) => [name, Array.from({ length: 50 }, () => all[name as keyof typeof all] ?? 3000)]),
  ) as Record<ContestantName, number[]>;
}

function figuresOf(times: Partial<Record<ContestantName, number>>, oursMs = 9) {
  const imports = Object.fromEntries(
    names.map((name) => [name, Array.from({ length: 5 }, () => (name === 'traq-auth' ? oursMs : 5))]),
  ) as Record<Exclude<ContestantName, 'raw fetch' | 'raw fetch again'>, number[]>;
  return { stub: calmRun(times), loopback: { '1': calmRun(times), '32': calmRun(times) }, imports };
}

describe('budgets', () => {
  test('budgets are met by what is just within them', () => {
    expect(budgets(figuresOf({ 'traq-auth': 1750 }, 10)).map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  test('budgets are missed one by one', () => {
    expect(budgets(figuresOf({ 'traq-auth': 1760 })).map(({ ok }) => ok)).toEqual([false, false, true]);
    expect(budgets(figuresOf({ 'traq-auth': 1740, '@traptitech/traq': 5000 })).map(({ ok }) => ok)).toEqual([
      true,
      false,
      true,
    ]);
    expect(budgets(figuresOf({ 'traq-auth': 1500 }, 10.1)).map(({ ok }) => ok)).toEqual([true, true, false]);
  });

  test('budgets are not missed by less than raw fetch differs from itself', () => {
    const [cost] = budgets(figuresOf({ 'traq-auth': 1800, 'raw fetch again': 1100 }));
    expect(cost).toMatchObject({ ok: true, figure: '0.80 ± 0.10' });
  });
});

describe('slices', () => {
  test('overParts counts the best tenth of each part, whatever disturbed the others', () => {
    const times = Array.from({ length: 100 }, (_, round) => (round < 20 ? 1000 : 90_000));
    expect(overParts({ work: times }, ({ work }) => work)).toEqual({ median: 1000, low: 1000, high: 1000 });
  });

  test('ownCost of a client that costs what raw fetch costs is zero', () => {
    expect(ownCost(calmRun({}), 'raw fetch again', 'openapi-fetch').median).toBe(0);
  });

  test('slice takes every work in turn, as often as there are rounds', async () => {
    const turns: string[] = [];
    const work = (name: string) => async () => {
      turns.push(name);
      return 1;
    };
    const slices = await slice({ a: work('a'), b: work('b') }, { rounds: 3, sliceMs: 0.001, warmUpMs: 0.001 });
    expect(slices.a).toHaveLength(3);
    expect(slices.b).toHaveLength(3);
    expect(turns.filter((name, index) => name !== turns[index - 1])).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });
});

test('toMarkdown has a row for each client, and every row as many cells', () => {
  const lines = toMarkdown(figuresOf({})).split('\n');
  expect(lines).toHaveLength(2 + names.length);
  expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
  expect(lines.find((line) => line.startsWith('| openapi-fetch |'))).toContain('| 1.00 |');
});
