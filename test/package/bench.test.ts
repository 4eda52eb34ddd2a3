import { describe, expect, test } from 'vitest';
import { budgets, type Figures, ownCost, ownCostOfEach } from '../../bench/budgets.ts';
import { type ContestantName, contestants } from '../../bench/contestants.ts';
import { baseUrl, type Calls, cookie, operationNames, stubFetch } from '../../bench/operations.ts';
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

function figuresOf(times: Partial<Record<ContestantName, number>>, more: Partial<Figures> = {}, oursMs = 9): Figures {
  const imports = Object.fromEntries(
    names.map((name) => [name, Array.from({ length: 5 }, () => (name === 'traq-auth' ? oursMs : 5))]),
  ) as unknown as Figures['imports'];
  const run = calmRun(times);
  // A logout comes with a login, which costs as much as it does.
  const pair = Object.fromEntries(
    names.map((name) => [name, run[name].map((time) => (run['raw fetch'][0] as number) + 2 * (time - 1000))]),
  ) as typeof run;
  return {
    stub: run,
    each: Object.fromEntries(
      operationNames.map((name) => [name, name === 'logout' ? pair : run]),
    ) as unknown as Figures['each'],
    allocated: Object.fromEntries(names.map((name) => [name, 1])) as Figures['allocated'],
    loopback: { '1': run, '32': run },
    uploads: { plain: { memory: 100, firstByteMs: 10 }, traq: { memory: 130, firstByteMs: 35 } },
    imports,
    ...more,
  };
}

/** The budgets that are missed. */
function missed(figures: Figures): string[] {
  return budgets(figures)
    .filter(({ ok }) => !ok)
    .map(({ what }) => what);
}

describe('budgets', () => {
  test('budgets are met by what is just within them', () => {
    expect(missed(figuresOf({ 'traq-auth': 1700, '@traptitech/traq': 8000 }, {}, 10))).toEqual([]);
  });

  test('budgets are missed one by one', () => {
    const within = { 'traq-auth': 1700, '@traptitech/traq': 8000 };
    const mix = missed(figuresOf({ ...within, 'traq-auth': 1710, '@traptitech/traq': 8200 }));
    expect(mix).toEqual(["own cost per call, of openapi-fetch's"]);
    expect(missed(figuresOf({ ...within, '@traptitech/traq': 7900 }))).toEqual([
      "own cost per call, of @traptitech/traq's",
    ]);
    expect(missed(figuresOf(within, {}, 10.1))).toEqual(["import, beyond openapi-fetch's own"]);
    const { each, uploads } = figuresOf(within);
    for (const name of operationNames) {
      // A pair of login and logout, of which the login costs 700.
      const ours = calmRun({ ...within, 'traq-auth': name === 'logout' ? 2610 : 1910 });
      const others = name === 'logout' ? { ...each.logout, 'traq-auth': ours['traq-auth'] } : ours;
      const found = missed(figuresOf(within, { each: { ...each, [name]: others } }));
      expect(found).toContain(`own cost of ${name}, of openapi-fetch's`);
    }
    const { plain, traq } = uploads;
    expect(missed(figuresOf(within, { uploads: { plain, traq: { ...traq, memory: 131 } } }))).toHaveLength(1);
    expect(missed(figuresOf(within, { uploads: { plain, traq: { ...traq, firstByteMs: 36 } } }))).toHaveLength(1);
  });

  test('budgets are not missed by less than raw fetch differs from itself', () => {
    const [cost] = budgets(figuresOf({ 'traq-auth': 1750, 'raw fetch again': 1100 }));
    expect(cost).toMatchObject({ ok: true, figure: '0.75 ± 0.10, at most 0.70' });
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

  test('ownCostOfEach of a logout is what it costs beyond the login that comes with it', () => {
    const { each } = figuresOf({ 'traq-auth': 1500 });
    expect(ownCostOfEach(each, 'logout', 'traq-auth', 'openapi-fetch').median).toBe(0.5);
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

test('toMarkdown has a row for each client, operation and way to upload, and every row of a table as many cells', () => {
  const tables = toMarkdown(figuresOf({})).split('\n\n');
  expect(tables.map((table) => table.split('\n').length)).toEqual([2 + names.length, 2 + operationNames.length, 4]);
  for (const table of tables) {
    expect(new Set(table.split('\n').map((line) => line.split('|').length)).size).toBe(1);
  }
  expect(tables[0]?.split('\n').find((line) => line.startsWith('| openapi-fetch |'))).toContain('| 1.00 |');
});
