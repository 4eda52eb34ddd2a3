import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFakeTraq, type FakeListener, type FakeTraq } from '../../src/testing/index.ts';
import type { Command, Report } from './member.ts';
import { alice, DAY as day, deferred } from './stage.ts';

const source = fileURLToPath(new URL('member.ts', import.meta.url));
let program: string;

/** A process that shares the login. */
class Member {
  readonly #child: ChildProcess;
  readonly #now: () => number;
  readonly #waiting = new Map<number, (results: readonly string[]) => void>();
  #count = 0;
  readonly ready: Promise<unknown>;

  constructor(args: string[], now: () => number) {
    this.#now = now;
    this.#child = fork(program, args, { execArgv: [] });
    this.ready = once(this.#child, 'message');
    this.#child.on('message', ({ id, results }: Report) => this.#waiting.get(id)?.(results));
  }

  run(what: Command['what'], count?: number): Promise<readonly string[]> {
    const id = ++this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, what, count, now: this.#now() } satisfies Command);
    });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

describe('two processes on one file', { timeout: 60_000 }, () => {
  const server: FakeTraq = createFakeTraq({ users: [alice], now: () => 1_800_000_000_000 });
  let listener: FakeListener;
  let folder: string;
  let path: string;
  let members: Member[];

  const tokens = (): string[] => server.sessionsOf('alice').map(({ token }) => token);
  const saved = async (): Promise<string> => JSON.parse(await readFile(path, 'utf8')).token;
  const all = (...results: (readonly string[])[]): Set<string> => new Set(results.flat());

  async function start(credentials = ''): Promise<Member> {
    const member = new Member([listener.baseUrl, path, credentials], server.now);
    members.push(member);
    await member.ready;
    return member;
  }

  beforeAll(async () => {
    listener = await server.listen();
    program = join(await mkdtemp(join(tmpdir(), 'traq-auth-')), 'member.mjs');
    // Compiled once: a process that compiles for itself takes seconds to start.
    await build({ entryPoints: [source], outfile: program, bundle: true, platform: 'node', format: 'esm' });
  }, 60_000);
  afterAll(async () => {
    await listener.close();
    await rm(dirname(program), { recursive: true });
  });
  beforeEach(async () => {
    members = [];
    folder = await mkdtemp(join(tmpdir(), 'traq-auth-'));
    path = join(folder, 'session.json');
    for (const { token } of server.sessionsOf('alice')) {
      const headers = { cookie: `r_session=${token}` };
      await server.fetch(`${listener.baseUrl}/logout`, { method: 'POST', headers });
    }
    expect(tokens()).toEqual([]);
  });
  afterEach(async () => {
    await Promise.all(members.map((member) => member.kill()));
    await rm(folder, { recursive: true, force: true });
  });

  test('two processes share a login through rotations, a logout and a re-login (S8)', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(await first.run('login')).toEqual(['ok']);
    expect(all(await first.run('calls', 4), await second.run('calls', 4))).toEqual(new Set(['ok']));
    for (const age of [15 * day, 14 * day, 27 * day]) {
      server.advance(age);
      const results = await Promise.all([first.run('calls', 16), second.run('calls', 16)]);
      expect(all(...results)).toEqual(new Set(['ok']));
      expect(tokens()).toEqual([await saved()]);
    }
    server.advance(15 * day);
    const cookies = await Promise.all([first.run('cookie'), second.run('cookie')]);
    expect(all(...cookies)).toEqual(new Set([`r_session=${tokens()[0]}`]));

    expect(await second.run('logout')).toEqual(['ok']);
    expect(tokens()).toEqual([]);
    expect(await first.run('calls', 2)).toEqual(['not_logged_in', 'not_logged_in']);
    expect(await Promise.all([first.run('login'), second.run('login')])).toContainEqual(['already_logged_in']);
    expect(tokens()).toEqual([await saved()]);
    const results = await Promise.all([first.run('calls', 4), second.run('calls', 4)]);
    expect(all(...results)).toEqual(new Set(['ok']));
    expect(tokens()).toHaveLength(1);
  });

  for (const at of ['before', 'after'] as const) {
    test(`a process that dies in a rotation, ${at} the server saw it, leaves the lock to the other (S8)`, async () => {
      const [first, second, third] = await Promise.all([start(), start(), start('credentials')]);
      await first.run('login');
      await second.run('calls');
      const old = await saved();
      server.advance(15 * day);
      const struck = stall(at);
      void first.run('calls', 4);
      await struck;
      if (at === 'after') await vi.waitFor(() => expect(tokens()).not.toContain(old), 30_000);
      const calls = second.run('calls', 4);
      await first.kill();
      // What the server had done already is lost with the process: the login can only be made anew.
      expect(all(await calls)).toEqual(new Set([at === 'before' ? 'ok' : 'not_logged_in']));
      expect(all(await third.run('calls', 4))).toEqual(new Set(['ok']));
      expect(tokens()).not.toContain(old);
      expect(tokens()).toHaveLength(at === 'before' ? 1 : 2);
      expect(tokens()).toContain(await saved());
    });
  }

  /** Holds up the next rotation, or the response to it, for ever. */
  function stall(at: 'before' | 'after'): Promise<void> {
    const arrival = deferred();
    const when = (): boolean => {
      arrival.resolve();
      return true;
    };
    server.inject({ kind: 'stall', at, operation: 'getMySessions', when });
    return arrival.promise;
  }
});
