import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFakeTraq, type FakeListener, type FakeTraq } from '../../src/testing/index.ts';
import { deferred } from '../support/deferred.ts';
import type { Command } from './member.ts';
import { alice, DAY as day } from './stage.ts';

const source = fileURLToPath(new URL('member.ts', import.meta.url));

describe('two processes on one file', { timeout: 60_000 }, () => {
  const server: FakeTraq = createFakeTraq({ users: [alice], now: () => 1_800_000_000_000 });
  const children: ChildProcess[] = [];
  let listener: FakeListener;
  let folder: string;

  const tokens = (): string[] => server.sessionsOf('alice').map(({ token }) => token);
  const saved = async (name: string): Promise<string> => JSON.parse(await readFile(join(folder, name), 'utf8')).token;

  /** A process that shares the login in a file, and what has it do something. */
  async function start(name: string) {
    const child = fork(join(folder, 'member.mjs'), [listener.baseUrl, join(folder, name)], { execArgv: [] });
    children.push(child);
    await once(child, 'message');
    const run = async (what: Command['what']): Promise<string> => {
      child.send({ what, now: server.now() } satisfies Command);
      const [results] = await once(child, 'message');
      return [...new Set<string>(results)].join();
    };
    return { child, run };
  }

  beforeAll(async () => {
    listener = await server.listen();
    folder = await mkdtemp(join(tmpdir(), 'traq-auth-'));
    // Compiled once: a process that compiles for itself takes seconds to start.
    const outfile = join(folder, 'member.mjs');
    await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm' });
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await listener.close();
    await rm(folder, { recursive: true });
  });

  test('two processes share a login through rotations, a logout and a login at once (S8)', async () => {
    const name = 'shared.json';
    const [first, second] = await Promise.all([start(name), start(name)]);
    expect(await first.run('login')).toBe('ok');
    for (const age of [0, 15 * day, 14 * day, 27 * day]) {
      server.advance(age);
      expect(await Promise.all([first.run('calls'), second.run('calls')])).toEqual(['ok', 'ok']);
      expect(tokens()).toEqual([await saved(name)]);
    }
    expect(await second.run('logout')).toBe('ok');
    expect(tokens()).toEqual([]);
    expect(await first.run('calls')).toBe('not_logged_in');
    expect(await Promise.all([first.run('login'), second.run('login')])).toContain('already_logged_in');
    expect(await Promise.all([first.run('calls'), second.run('calls')])).toEqual(['ok', 'ok']);
    expect(tokens()).toEqual([await saved(name)]);
    await first.run('logout');
  });

  test('a process that dies in a rotation leaves the lock to the other (S8)', async () => {
    const name = 'left.json';
    const [first, second] = await Promise.all([start(name), start(name)]);
    await first.run('login');
    await second.run('calls');
    const old = await saved(name);
    server.advance(15 * day);
    const { promise: arrived, resolve } = deferred();
    const when = (): boolean => {
      resolve();
      return true;
    };
    server.inject({ kind: 'stall', operation: 'getMySessions', when });
    void first.run('calls');
    await arrived;
    const calls = second.run('calls');
    first.child.kill('SIGKILL');
    expect(await calls).toBe('ok');
    expect(tokens()).toEqual([await saved(name)]);
    expect(tokens()).not.toContain(old);
    await second.run('logout');
  });
});
