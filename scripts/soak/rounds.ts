import type { SessionStore, StoredSession } from '../../src/index.ts';
import type { FakeRequest, FakeSession, FakeTraq } from '../../src/testing/index.ts';
import type { Report } from './calls.ts';
import type { Figures } from './figures.ts';
import type { Random } from './random.ts';

/** The user whose login is shared. */
export const user = { name: 'alice', password: 'password-alice' };
export const DAY_MS = 86_400_000;

/** Clients that share one login by a store, however they do it; they have logged in. */
export interface Sharers {
  readonly server: FakeTraq;
  readonly store: SessionStore;
  /** Has each of them make its calls, all at once. */
  readonly batch: () => Promise<readonly Report[]>;
}

/** Has them make calls through the years, while requests and responses are lost, and counts what that comes to. */
export async function soak(
  { server, store, batch }: Sharers,
  rounds: number,
  random: Random,
  figures: Figures,
): Promise<void> {
  const live = (): number => server.sessionsOf(user.name).length;
  server.requests.length = 0;
  for (let round = 0; round <= rounds; round++) {
    const before = live();
    server.advance(step(random));
    if (before > live()) figures.losses++;
    // The last round is without faults, so that no loss is left open.
    const restore = round < rounds ? inject(server, random, figures) : () => {};
    const reports = await batch();
    restore();
    for (const { calls, failures } of reports) {
      figures.calls += calls;
      for (const { code } of failures) count(code, figures);
    }
    figures.reLogins += server.requests.filter(({ operation }) => operation === 'login').length;
    const left = await endLeft(server, store);
    const explained = Math.min(left, figures.lostResponses - figures.lostSessions);
    figures.lostSessions += explained;
    figures.orphans += left - explained;
  }
}

function count(code: string, figures: Figures): void {
  if (/^(not_logged_in|status 401)$/.test(code)) figures.spuriousNotLoggedIn++;
  else if (!/^(network|server_error|left)$/.test(code)) {
    figures.unexpected.set(code, (figures.unexpected.get(code) ?? 0) + 1);
  }
}

/** How far the clock moves between two rounds: mostly a few days; at times to the edge of the 14, or beyond the 28. */
function step({ chance, below }: Random): number {
  if (chance(0.6)) return below(3 * DAY_MS);
  if (chance(0.4)) return 14 * DAY_MS - below(660_000);
  if (chance(0.2)) return below(600_000);
  return chance(0.85) ? 10 * DAY_MS + below(8 * DAY_MS) : 28 * DAY_MS + below(DAY_MS);
}

/** Something that goes wrong in the next round, perhaps. */
function inject(server: FakeTraq, { chance, below }: Random, figures: Figures): () => void {
  const times = 1 + below(3);
  // A login that fails would be taken for one that succeeds: the server's log does not tell them apart.
  const noLogin = ({ operation }: FakeRequest): boolean => operation !== 'login';
  if (chance(0.1)) return server.inject({ kind: 'reset', times, when: noLogin });
  if (chance(0.1)) return server.inject({ kind: 'status', status: 500, times, when: noLogin });
  if (chance(0.7)) return () => {};
  // The response to a rotation, if it is one: then the new token is lost, and the old one dead.
  const when = (): boolean => {
    const [session] = server.sessionsOf(user.name);
    const age = session === undefined ? 0 : server.now() - Date.parse(session.issuedAt);
    if (age >= 14 * DAY_MS) {
      figures.lostResponses++;
      figures.losses++;
    }
    return true;
  };
  return server.inject({ kind: 'reset', at: 'after', operation: 'getMySessions', when });
}

/** Ends the sessions that live beside the one that is held. @returns how many these were. */
export async function endLeft(server: FakeTraq, store: SessionStore): Promise<number> {
  const held = (await store.read()) as StoredSession | null | undefined;
  const others = (): FakeSession[] => server.sessionsOf(user.name).filter(({ token }) => token !== held?.token);
  const { length } = others();
  // To log out of a session of 14 days or more leaves another one.
  for (let [other] = others(); other !== undefined; [other] = others()) {
    const headers = { cookie: `r_session=${other.token}` };
    await server.fetch('http://fake/api/v3/logout', { method: 'POST', headers });
  }
  server.requests.length = 0;
  return length;
}
