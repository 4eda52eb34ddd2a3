import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { createFakeTraq, type FakeTraq } from '../../src/testing/index.ts';
import { delayAll } from '../support/delay-all.ts';
import { jsonInit } from '../support/json-init.ts';
import { changesOf, outcomes, pass, through } from '../support/moments.ts';
import { act, alice, asking, changing, isFine, type Moment, momentsOf, outcomesOf } from '../support/overlapping.ts';
import { DAY, MINUTE } from './stage.ts';
import { full, lockedStore, type MapStore, mapStore } from './stores.ts';

/** What opens no session, and ends none. */
const quiet: Record<string, (traq: TraqAuth, signal: AbortSignal) => Promise<unknown>> = {
  ...asking,
  cookie: async ({ cookieHeader }, signal) => isFine({ ok: (await cookieHeader({ signal })) !== undefined }),
  wrongLogin: ({ login }, signal) =>
    login({ ...alice, password: 'wrong', signal }).catch((error) => {
      if (error.code !== 'invalid_credentials') throw error;
    }),
  wrongPassword: async ({ fetch }, signal) => {
    const init = jsonInit({ password: 'wrong', newPassword: 'another-password' }, 'PUT');
    const { status } = await fetch('/users/me/password', { ...init, signal });
    if (status !== 401) isFine({ ok: false, status });
  },
};
const acts: typeof quiet = {
  ...quiet,
  ...changing,
  loginKeep: ({ login }, signal) => login({ ...alice, ifLoggedIn: 'keep', signal }),
  loginReplace: ({ login }, signal) => login({ ...alice, ifLoggedIn: 'replace', signal }),
  loginByFetch: async ({ fetch }, signal) => {
    const response = await fetch('/login', { ...jsonInit(alice), signal });
    if (response.status === 400) throw { code: 'already_logged_in' };
    isFine(response);
  },
};

/** What may become of a request in place of its response; one that is lost has had its effect. */
const mishaps = {
  none: undefined,
  reset: () => Promise.reject(new TypeError('fetch failed')),
  error: () => Promise.resolve(Response.json({ message: 'Internal Server Error' }, { status: 500 })),
  lost: async (send: () => Promise<Response>) => {
    await send();
    throw new TypeError('fetch failed');
  },
};
type Mishap = keyof typeof mishaps;

const history = fc.record({
  where: fc.constantFrom('memory', 'store', 'locked store', 'store without times', 'two clients'),
  hasCredentials: fc.boolean(),
  age: fc.constantFrom(undefined, 0, 13 * DAY, 14 * DAY - MINUTE, 14 * DAY - MINUTE, 14 * DAY + MINUTE, 15 * DAY),
  delays: fc.array(fc.nat(700), { minLength: 5, maxLength: 20 }),
  storeDelays: fc.array(fc.nat(400), { minLength: 3, maxLength: 9 }),
  /** Which of the changes to the store fail, one after the other. */
  failures: fc.oneof(fc.constant([]), fc.array(fc.boolean(), { maxLength: 12 })),
  /** Of the requests of a round, one after the other. */
  mishaps: fc.oneof(
    fc.constant([]),
    fc.array(fc.constantFrom(...Array<Mishap>(5).fill('none'), 'reset', 'error', 'lost'), { maxLength: 12 }),
  ),
  rounds: fc.array(
    fc.record({
      moments: momentsOf(quiet, acts),
      passes: fc.constantFrom(0, MINUTE, MINUTE, MINUTE, 13 * DAY, 14 * DAY - MINUTE, 14 * DAY, 15 * DAY, 29 * DAY),
      /** What happens until the next round, beside the time that passes. */
      happens: fc.constantFrom('nothing', 'nothing', 'restart', 'end elsewhere', 'open elsewhere'),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly server: FakeTraq;
  readonly store: MapStore | undefined;
  readonly newClient: () => TraqAuth;
  clients: TraqAuth[];
  /** What they tell. */
  told: string[][];
  /** Whether changes to the store fail, and what becomes of requests, one after the other. */
  readonly fails: boolean[];
  readonly troubles: Mishap[];
  /** Live sessions that are no client's: opened elsewhere, or left behind. */
  readonly others: Set<string>;
}

/** Gives the numbers of a list in turn, for ever. */
function inTurn(list: readonly number[]): () => number {
  let at = 0;
  return () => list[at++ % list.length] ?? 0;
}

/** Makes a store slow, and have some of its changes fail. */
function hamper(store: MapStore, delays: readonly number[], fails: boolean[]): void {
  const next = inTurn(delays);
  for (const method of ['read', 'write', 'clear'] as const) {
    const sound = store[method].bind(store) as (value: never) => unknown;
    const slow = async (value: never): Promise<unknown> => {
      await new Promise((resolve) => setTimeout(resolve, next()));
      if (method !== 'read' && fails.shift()) full();
      return sound(value);
    };
    Object.assign(store, { [method]: slow });
  }
}

async function begin(plan: History): Promise<World> {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26), toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  const now = (): number => Date.now();
  const server = createFakeTraq({ users: [alice], now, rateLimit: false });
  const delay = inTurn(plan.delays);
  for (const at of ['before', 'after'] as const) delayAll(server, at, delay);
  const fails: boolean[] = [];
  const troubles: Mishap[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    const send = (): Promise<Response> => server.fetch(url, init);
    return mishaps[troubles.shift() ?? 'none']?.(send) ?? send();
  };
  const store = plan.where === 'memory' ? undefined : plan.where === 'store' ? mapStore() : lockedStore();
  const getCredentials = plan.hasCredentials ? () => alice : undefined;
  const newClient = (): TraqAuth => createTraqAuth({ fetch, now, sessionStore: store, getCredentials });
  const clients = plan.where === 'two clients' ? [newClient(), newClient()] : [newClient()];
  if (store) {
    if (plan.age !== undefined) {
      const { token } = server.openSession('alice', { ageMs: plan.age });
      store.kept = { token, issuedAt: now() - plan.age };
    }
    if (plan.where === 'store without times') store.read = () => store.kept && { token: store.kept.token };
    hamper(store, plan.storeDelays, fails);
  } else if (plan.age !== undefined) {
    await outcomes(clients.map((traq) => traq.login(alice)));
    vi.advanceTimersByTime(plan.age);
  }
  return { server, store, newClient, clients, told: clients.map(changesOf), fails, troubles, others: new Set() };
}

/** Alice's live sessions but those that are no client's. */
function tokensOf({ server, others }: World): string[] {
  const tokens = server.sessionsOf('alice').map(({ token }) => token);
  return tokens.filter((token) => !others.has(token));
}

async function happen(world: World, what: History['rounds'][number]['happens']): Promise<void> {
  const { server, store, newClient, others } = world;
  if (what === 'restart') {
    // In memory a session goes with its client, and lives on at the server.
    if (store === undefined) for (const token of tokensOf(world)) others.add(token);
    world.clients = world.clients.map(newClient);
    world.told = world.clients.map(changesOf);
  }
  if (what === 'open elsewhere') others.add(server.openSession('alice').token);
  if (what === 'end elsewhere') {
    const init = { method: 'POST', headers: { cookie: `r_session=${tokensOf(world)[0]}` } };
    await through(server.fetch('http://fake/api/v3/logout?all=true', init));
  }
}

/** The outcomes that calls of a round may have. */
function permitted(moments: readonly Moment[], isSure: boolean, fails: boolean, isCut: boolean): string[] {
  const isLogin = moments.some(({ name }) => /login/i.test(name));
  return [
    ...['ok', 'left'],
    ...(isSure ? [] : ['not_logged_in']),
    ...(isLogin ? ['already_logged_in'] : []),
    ...(fails ? ['session_store_failed'] : []),
    ...(isCut ? ['network', 'server_error'] : []),
  ];
}

/**
 * Plays a round of calls. Whenever nothing is in flight, client, store and server agree.
 *
 * @returns whether the history goes on.
 */
async function playRound(world: World, plan: History, moments: readonly Moment[]): Promise<boolean> {
  const { server, store, clients, told, fails, troubles, others } = world;
  const isLoggedInBefore = tokensOf(world).length > 0;
  fails.push(...plan.failures);
  troubles.push(...plan.mishaps);
  const got = await outcomes(moments.map((moment) => act(acts, clients, moment)));
  const met = plan.mishaps.slice(0, plan.mishaps.length - troubles.length).filter((mishap) => mishap !== 'none');
  const lost = met.filter((mishap) => mishap === 'lost').length;
  const isQuiet = moments.every(({ name }) => name in quiet);
  // What one client could not save, another one does not find.
  const isShared = clients.length === 1 || plan.failures.length === 0;
  const isSure = isQuiet && (plan.hasCredentials || (isLoggedInBefore && isShared && lost === 0));
  const outcomesAllowed = permitted(moments, isSure, plan.failures.length > 0, met.length > 0);
  expect(outcomesAllowed).toEqual(expect.arrayContaining(got));
  fails.length = troubles.length = 0;
  await pass(16_000, 400);
  // What could not be saved in time is saved, or ended, by the next call.
  const statuses: unknown[] = [];
  const statusOf = ({ status }: Response): unknown => status;
  for (const { fetch } of clients) statuses.push(await through(fetch('/users/me').then(statusOf, String)));
  await pass(6000, 400);
  const held: (string | undefined)[] = [];
  for (const { cookieHeader } of clients) held.push((await through(cookieHeader()))?.slice('r_session='.length));

  // A session that was replaced, and not ended because somebody left or something failed, lives until the next logout
  // (S13); so does one that came too late. One whose response is lost is nobody's.
  const mayStay = moments.filter(({ name }, nth) =>
    name === 'loginReplace' ? met.length > 0 || got[nth] !== 'ok' : met.length > 0 && got[nth] === 'left',
  );
  // Another client may still hold it, and use it as long as it lives.
  if (clients.length > 1 && mayStay.length > 0) return false;
  const left = tokensOf(world).filter((token) => !held.includes(token));
  expect(left.length).toBeLessThanOrEqual(mayStay.length + lost);
  for (const token of left) others.add(token);
  const tokens = tokensOf(world);
  const isLoggedIn = tokens.length > 0;
  expect(held).toEqual(clients.map(() => tokens[0]));
  if (plan.failures.length === 0) expect(statuses).toEqual(clients.map(() => (isLoggedIn ? 200 : 401)));
  if (store && !got.includes('left') && !got.includes('session_store_failed')) expect(store.kept?.token).toBe(held[0]);

  const logins = outcomesOf(moments, got, /^login/);
  const logouts = outcomesOf(moments, got, /^logout/);
  if (logins.length === 0 && !plan.hasCredentials && logouts.includes('ok')) {
    expect(isLoggedIn).toBe(false);
    const isAll = outcomesOf(moments, got, /^logoutAll/).includes('ok');
    if (isAll && met.length === 0) expect(server.sessionsOf('alice')).toEqual([]);
  }
  const isIn = logouts.length === 0 && logins.includes('ok') && !logins.includes('left') && lost === 0;
  if (isSure || isIn || plan.hasCredentials) expect(isLoggedIn).toBe(true);
  for (const [index, { ready }] of clients.entries()) {
    expect(await through(ready())).toBe(isLoggedIn);
    const last = told[index]?.at(-1);
    if (last !== undefined) expect(!/^(logout|ended) /.test(last), String(told[index])).toBe(isLoggedIn);
  }
  return true;
}

async function play(plan: History): Promise<void> {
  const world = await begin(plan);
  for (const { moments, passes, happens } of plan.rounds) {
    if (!(await playRound(world, plan, moments))) return;
    vi.advanceTimersByTime(passes);
    await happen(world, happens);
  }
}

const end = (): void => void vi.useRealTimers();
afterEach(end);

const numRuns = Number(process.env['MODEL_RUNS'] ?? 60);
const seed = Number(process.env['MODEL_SEED'] ?? Date.now());

test('client, store and server agree, whatever is done at once (S1–S13)', {
  timeout: 60_000 + 200 * numRuns,
}, async () => {
  console.log(`model: overlapping calls, seed ${seed}, ${numRuns} runs`);
  await fc.assert(fc.asyncProperty(history, play).afterEach(end), { numRuns, seed });
});
