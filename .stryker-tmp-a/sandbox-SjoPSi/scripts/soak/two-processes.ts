import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFakeTraq, type FakeRequest, type FakeTraq } from '../../src/testing/index.ts';
import { countUnexpected, type Figures, noFigures } from './figures.ts';
import type { Command, Report } from './member.ts';
import { Random } from './random.ts';
import { DAY_MS, step } from './time.ts';

const user = { name: 'alice', password: 'password-alice' };
const program = fileURLToPath(new URL('member.ts', import.meta.url));
/** Calls of a process that are in flight at once. */
const CALLS = 32;

/** Makes that many calls, or a few more, by two processes that share a login by a file, over HTTP. */
export async function soakTwoProcesses(calls: number, seed: number): Promise<Figures> {
  const server = createFakeTraq({ users: [user], now: () => 1_800_000_000_000, rateLimit: false });
  const { baseUrl, close } = await server.listen();
  const folder = await mkdtemp(join(tmpdir(), 'traq-auth-soak-'));
  const path = join(folder, 'session.json');
  const args = [baseUrl, path, user.name, user.password];
  const members = [1, 2].map(() => fork(program, args, { execArgv: ['--import', 'tsx'] }));
  try {
    await Promise.all(members.map((member) => once(member, 'message')));
    return await play(server, path, members, Math.ceil(calls / (2 * CALLS)), new Random(seed));
  } finally {
    for (const member of members) member.kill();
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(
  server: FakeTraq,
  path: string,
  members: readonly ChildProcess[],
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
    const reports = await Promise.all(members.map((member) => order(member, { calls: CALLS, now: server.now() })));
    restore();
    figures.calls += members.length * CALLS;
    for (const code of reports.flat()) {
      if (code === 'not_logged_in' || code === 'status 401') figures.spuriousNotLoggedIn++;
      else if (code !== 'network' && code !== 'server_error') countUnexpected(figures, code);
    }
    logins += server.requests.filter(({ operation }) => operation === 'login').length;
    server.requests.length = 0;
    await endLeft(server, figures, JSON.parse(await readFile(path, 'utf8').catch(() => '{}')).token);
  }
  figures.reLogins = logins - 1;
  return figures;
}

async function order(member: ChildProcess, command: Command): Promise<Report> {
  member.send(command);
  const [report] = await once(member, 'message');
  return report as Report;
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

/** Counts and ends what lives beside the one session that is held. */
async function endLeft(server: FakeTraq, figures: Figures, held: string): Promise<void> {
  for (const { token } of server.sessionsOf(user.name)) {
    if (token === held) continue;
    if (figures.lostSessions < figures.lostAnswers) figures.lostSessions++;
    else figures.orphans++;
    await server.fetch('http://fake/api/v3/logout', { method: 'POST', headers: { cookie: `r_session=${token}` } });
  }
  server.requests.length = 0;
}
