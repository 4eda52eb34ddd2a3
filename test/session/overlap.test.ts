import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { createFakeTraq, type FakeTraq } from '../../src/testing/index.ts';
import { delayAll } from '../support/delay-all.ts';
import { changesOf, outcomes, pass, through } from '../support/moments.ts';
import { act, alice, asking, changing, isFine, momentsOf, outcomesOf } from '../support/overlapping.ts';
import { DAY, MINUTE } from './stage.ts';
import { full, lockedStore, type MapStore, mapStore } from './stores.ts';

const quiet: Record<string, (traq: TraqAuth, signal: AbortSignal) => Promise<unknown>> = {
  ...asking,
  cookie: async ({ cookieHeader }, signal) => isFine({ ok: (await cookieHeader({ signal })) !== undefined }),
};
const body = JSON.stringify(alice);
const acts: typeof quiet = {
  ...quiet,
  ...changing,
  loginKeep: ({ login }, signal) => login({ ...alice, ifLoggedIn: 'keep', signal }),
  loginReplace: ({ login }, signal) => login({ ...alice, ifLoggedIn: 'replace', signal }),
  loginByFetch: async ({ fetch }, signal) => {
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch('/login', { method: 'POST', headers, body, signal });
    if (status === 400) throw { code: 'already_logged_in' };
    expect(status).toBe(204);
  },
};

const history = fc.record({
  /** Only clients that share a store with a lock, and can log in by themselves, know at once what the others do. */
  where: fc.constantFrom('memory', 'store', 'locked store', 'two clients'),
  hasCredentials: fc.boolean(),
  age: fc.constantFrom(undefined, 0, 13 * DAY, 14 * DAY - MINUTE, 14 * DAY + MINUTE, 15 * DAY),
  delays: fc.array(fc.nat(700), { minLength: 5, maxLength: 20 }),
  storeDelays: fc.array(fc.nat(400), { minLength: 3, maxLength: 9 }),
  /** Which of the changes to the store fail, one after the other. */
  failures: fc.oneof(fc.constant([]), fc.array(fc.boolean(), { maxLength: 12 })),
  rounds: fc.array(
    fc.record({
      moments: momentsOf(quiet, acts),
      passes: fc.constantFrom(0, MINUTE, 13 * DAY, 14 * DAY - MINUTE, 14 * DAY, 15 * DAY),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly server: FakeTraq;
  readonly clients: readonly TraqAuth[];
  readonly store: MapStore | undefined;
  readonly fails: boolean[];
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

function begin(plan: History): World {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 26), toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  const now = (): number => Date.now();
  const server = createFakeTraq({ users: [alice], now, rateLimit: false });
  const delay = inTurn(plan.delays);
  for (const at of ['before', 'after'] as const) delayAll(server, at, delay);
  const fails: boolean[] = [];
  const store = plan.where === 'memory' ? undefined : plan.where === 'store' ? mapStore() : lockedStore();
  if (store) {
    if (plan.age !== undefined) {
      const { token } = server.openSession('alice', { ageMs: plan.age });
      store.kept = { token, issuedAt: now() - plan.age };
    }
    hamper(store, plan.storeDelays, fails);
  }
  const isTwo = plan.where === 'two clients';
  const getCredentials = plan.hasCredentials || isTwo ? () => alice : undefined;
  const client = (): TraqAuth => createTraqAuth({ fetch: server.fetch, now, sessionStore: store, getCredentials });
  return { server, clients: isTwo ? [client(), client()] : [client()], store, fails };
}

/** Plays a history. Whenever nothing is in flight, client, store and server agree. */
async function play(plan: History): Promise<void> {
  const { server, clients, store, fails } = begin(plan);
  const told = clients.map(changesOf);
  const tokens = (): string[] => server.sessionsOf('alice').map(({ token }) => token);
  const hasCredentials = plan.hasCredentials || plan.where === 'two clients';
  for (const { moments, passes } of plan.rounds) {
    const before = tokens().length > 0;
    fails.push(...plan.failures);
    const got = await outcomes(moments.map((moment) => act(acts, clients, moment)));
    const isQuiet = moments.every(({ name }) => name in quiet);
    const usual = isQuiet && (before || hasCredentials) ? [] : ['not_logged_in', 'already_logged_in'];
    const allowed = ['ok', 'left', ...usual, ...(plan.failures.length > 0 ? ['session_store_failed'] : [])];
    expect(allowed).toEqual(expect.arrayContaining(got));
    fails.length = 0;
    await pass(16_000, 400);
    const [logins, logouts, replaces] = [/^login/, /^logout/, /^loginReplace/].map((kind) =>
      outcomesOf(moments, got, kind),
    ) as [unknown[], unknown[], unknown[]];
    // What could not be saved in time is saved, or ended, by the next call.
    for (const { fetch } of clients) await outcomes([fetch('/users/me')]);
    await pass(6000, 400);
    // A session that was replaced, and not ended because somebody left or a save failed, lives until the next logout (S13).
    const aside = replaces.filter((outcome) => outcome !== 'ok').length;
    expect(tokens().length).toBeLessThanOrEqual(1 + aside);
    if (aside > 0) return;
    if (logins.length === 0 && !hasCredentials && logouts.includes('ok')) expect(tokens()).toEqual([]);
    if (logouts.length === 0 && logins.includes('ok') && !logins.includes('left')) expect(tokens()).not.toEqual([]);
    if (store && !got.includes('left') && !got.includes('session_store_failed')) {
      expect(tokens()).toEqual(store.kept ? [store.kept.token] : []);
    }
    const isLoggedIn = tokens().length > 0 || hasCredentials;
    for (const [index, { ready, cookieHeader }] of clients.entries()) {
      expect(await through(ready())).toBe(isLoggedIn);
      const cookie = await through(cookieHeader());
      expect(cookie).toBe(isLoggedIn ? `r_session=${tokens()[0]}` : undefined);
      const last = told[index]?.at(-1);
      if (last !== undefined) expect(!/^(logout|ended) /.test(last), String(told[index])).toBe(isLoggedIn);
    }
    vi.advanceTimersByTime(passes);
  }
}

const end = (): void => void vi.useRealTimers();
afterEach(end);

const numRuns = Number(process.env['MODEL_RUNS'] ?? 40);
const seed = Number(process.env['MODEL_SEED'] ?? Date.now());

test('client, store and server agree, whatever is done at once (S1–S13)', {
  timeout: 60_000 + 200 * numRuns,
}, async () => {
  console.log(`model: overlapping calls, seed ${seed}, ${numRuns} runs`);
  await fc.assert(fc.asyncProperty(history, play).afterEach(end), { numRuns, seed });
});
