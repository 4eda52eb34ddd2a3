import type { StoredSession } from '../../src/index.ts';
import { createFakeTraq, type FakeRequest, type FakeSession, type FakeTraq } from '../../src/testing/index.ts';
import { CALLS, Crew, user } from './crew.ts';
import { countUnexpected, type Figures, noFigures } from './figures.ts';
import { Random } from './random.ts';
import { type SharedStore, sharedStore } from './shared-store.ts';
import { DAY_MS, step } from './time.ts';

/** Makes that many calls, or a few more, by processes that share a login by the store at `address`, over HTTP. */
export async function soakProcesses(count: number, address: string, calls: number, seed: number): Promise<Figures> {
  const server = createFakeTraq({ users: [user], now: () => 1_800_000_000_000, rateLimit: false });
  const { baseUrl, close } = await server.listen();
  const shared = sharedStore(address);
  const crew = new Crew(server, baseUrl, address);
  try {
    await crew.fill(count);
    return await play(server, shared, crew, Math.ceil(calls / (count * CALLS)), new Random(seed));
  } finally {
    await crew.end();
    shared.close();
    await close();
  }
}

async function play(
  server: FakeTraq,
  shared: SharedStore,
  crew: Crew,
  rounds: number,
  random: Random,
): Promise<Figures> {
  const figures = noFigures();
  const live = (): string[] => server.sessionsOf(user.name).map(({ token }) => token);
  let logins = 0;
  for (let round = 0; round <= rounds; round++) {
    const before = live();
    server.advance(step(random));
    if (before.length > live().length) figures.losses++;
    // The last round is without faults, so that no loss is left open.
    const restore = round < rounds ? inject(server, random, figures) : () => {};
    const reports = await crew.batch();
    restore();
    figures.calls += crew.members.length * CALLS;
    for (const { code } of reports.flatMap(({ failures }) => failures)) {
      if (code === 'not_logged_in' || code === 'status 401') figures.spuriousNotLoggedIn++;
      else if (code !== 'network' && code !== 'server_error') countUnexpected(figures, code);
    }
    logins += server.requests.filter(({ operation }) => operation === 'login').length;
    const left = await endLeft(server, shared);
    const explained = Math.min(left, figures.lostAnswers - figures.lostSessions);
    figures.lostSessions += explained;
    figures.orphans += left - explained;
  }
  figures.reLogins = logins - 1;
  return figures;
}

/** Something that goes wrong in the next round, perhaps. */
function inject(server: FakeTraq, random: Random, figures: Figures): () => void {
  const kind = random.next();
  const times = 1 + random.below(3);
  // A login that fails would be taken for one that succeeds: the server's log does not tell them apart.
  const noLogin = ({ operation }: FakeRequest): boolean => operation !== 'login';
  if (kind < 0.1) return server.inject({ kind: 'reset', times, when: noLogin });
  if (kind < 0.2) return server.inject({ kind: 'status', status: 500, times, when: noLogin });
  if (kind > 0.4) return () => {};
  // The answer to a rotation, if it is one: then the new token is lost, and the old one dead.
  const when = (): boolean => {
    const [session] = server.sessionsOf(user.name);
    const age = session === undefined ? 0 : server.now() - Date.parse(session.issuedAt);
    if (age >= 14 * DAY_MS) {
      figures.lostAnswers++;
      figures.losses++;
    }
    return true;
  };
  return server.inject({ kind: 'reset', at: 'after', operation: 'getMySessions', when });
}

/** Ends the sessions that live beside the one that is held. @returns how many these were. */
export async function endLeft(server: FakeTraq, { store }: SharedStore): Promise<number> {
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
