import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import type { TraqAuth } from '../../src/browser.ts';
import { changesOf, outcomes, pass, through } from '../support/moments.ts';
import { act, asking, changing, momentsOf, outcomesOf } from '../support/overlapping.ts';
import { Browser, DAY, HOUR, MINUTE } from './browser.ts';

const acts = { ...asking, ...changing };

/** What may become of a request, in place of a response of the server's; and how pages may say so. */
const mishaps = {
  none: undefined,
  reset: () => Promise.reject(new TypeError('fetch failed')),
  error: () => Promise.resolve(Response.json({ message: 'Internal Server Error' }, { status: 500 })),
  portal: () => Promise.resolve(new Response('<html>', { status: 503 })),
};
const excuses = ['network', 'server_error'];

const history = fc.record({
  tabs: fc.integer({ min: 1, max: 3 }),
  /** Whether they are clients of one page, or without storage. */
  where: fc.constantFrom('tabs', 'tabs', 'page', 'no storage'),
  age: fc.constantFrom(undefined, 0, 13 * DAY, 14 * DAY - MINUTE, 14 * DAY + MINUTE, 15 * DAY),
  delays: fc.array(fc.nat(700), { minLength: 5, maxLength: 20 }),
  /** Of the requests of a round, one after the other. */
  mishaps: fc.oneof(
    fc.constant([]),
    fc.array(fc.constantFrom(...Array(5).fill('none'), ...Object.keys(mishaps)), { maxLength: 25 }),
  ),
  rounds: fc.array(
    fc.record({
      moments: momentsOf(asking, acts),
      /** What happens meanwhile: the app clears its storage, the clock is set. */
      clearsAt: fc.option(fc.nat(2000), { freq: 4 }),
      skew: fc.option(fc.constantFrom(-DAY, -HOUR, HOUR, DAY), { freq: 4 }),
      passes: fc.constantFrom(0, HOUR, 13 * DAY, 14 * DAY, 15 * DAY),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function begin({ tabs, where, age, delays }: History, troubles: string[]): { browser: Browser; clients: TraqAuth[] } {
  const browser = new Browser(age);
  if (where === 'no storage') vi.stubGlobal('localStorage', undefined);
  if (where === 'tabs') browser.separate();
  let at = 0;
  const next = (): number => delays[at++ % delays.length] ?? 0;
  browser.delay('before', next);
  browser.delay('after', next);
  const fetch: Browser['fetch'] = (url, init) =>
    mishaps[troubles.shift() as keyof typeof mishaps]?.() ?? browser.fetch(url, init);
  return { browser, clients: Array.from({ length: tabs }, () => browser.tab({ fetch })) };
}

/** Whether the browser holds a session that lives. */
function isLoggedIn({ jar, server }: Browser): boolean {
  const cookie = jar.get('r_session; Path=/');
  return server.sessionsOf('alice').some(({ token }) => token === cookie?.value) && (cookie?.expires ?? 0) > Date.now();
}

/** Plays a history. Whenever nothing is in flight, the pages know what the server knows. */
async function play(plan: History): Promise<void> {
  const troubles: string[] = [];
  const { browser, clients } = begin(plan, troubles);
  const told = clients.map(changesOf);
  for (const round of plan.rounds) {
    const before = isLoggedIn(browser);
    if (round.clearsAt !== null) setTimeout(() => browser.storage.kept.clear(), round.clearsAt);
    if (round.skew !== null) browser.skewMs = round.skew;
    troubles.push(...plan.mishaps);
    const { moments } = round;
    const got = await outcomes(moments.map((each) => act(acts, clients, each)));
    const isQuiet = moments.every(({ name }) => name in asking);
    const allowed = isQuiet ? [before ? 'ok' : 'not_logged_in'] : ['ok', 'not_logged_in', 'already_logged_in'];
    expect(['left', ...allowed, ...(plan.mishaps.length > 0 ? excuses : [])]).toEqual(expect.arrayContaining(got));
    troubles.length = 0;
    await pass(16_000, 400);
    // Somebody has waited for the lock for 3 s and gone on without it: a session may be left, or lost (P8).
    if (browser.locks.gaveUp > 0) return;
    const is = isLoggedIn(browser);
    // Where nobody logs in, a logout that succeeds ends the login, and the other way round.
    const [logins, logouts] = [/^login/, /^logout/].map((kind) => outcomesOf(moments, got, kind));
    if (logins?.length === 0 && logouts?.includes('ok')) expect(is).toBe(false);
    const isHalf = logouts?.length !== 0 && plan.mishaps.length > 0;
    if (logouts?.length === 0 && logins?.includes('ok') && !isHalf) expect(is).toBe(true);
    expect(browser.sessions()).toBe(is ? 1 : 0);
    for (const [index, { ready, sessions }] of clients.entries()) {
      // Neither a logout that failed halfway nor that of an abandoned login tells anybody (P4).
      if (isHalf || logins?.includes('left')) await outcomes([sessions.list()]);
      expect(await through(ready())).toBe(is);
      const last = told[index]?.at(-1);
      if (last !== undefined) expect(/^(login|changed) /.test(last), String(told[index])).toBe(is);
    }
    vi.advanceTimersByTime(round.passes);
  }
}

const end = (): void => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
};
afterEach(end);

const numRuns = Number(process.env['MODEL_RUNS'] ?? 40);
const seed = Number(process.env['MODEL_SEED'] ?? Date.now());

test('pages know what the server knows, whatever they do at once (P1–P5)', {
  timeout: 60_000 + 200 * numRuns,
}, async () => {
  console.log(`model: overlapping calls of pages, seed ${seed}, ${numRuns} runs`);
  await fc.assert(fc.asyncProperty(history, play).afterEach(end), { numRuns, seed });
});
