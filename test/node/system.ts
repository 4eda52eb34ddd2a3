import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { StoredSession } from '../../src/models.ts';
import { type System, system } from '../../src/node/system.ts';

export const session: StoredSession = { token: 'a-token-of-a-session', issuedAt: 1_767_225_600_000 };

/** A folder of its own for a test, removed after it. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'traq-auth-store-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Where a session file may be, in a folder of its own. */
export async function sessionPath(): Promise<string> {
  return join(await folder(), 'session.json');
}

/** What is in the folder of a session file. */
export async function beside(path: string): Promise<string[]> {
  return (await readdir(dirname(path))).sort();
}

/** A system whose sleep takes no time, and whose repeated calls happen when the test says so. */
export class TestSystem implements System {
  readonly staleAfterMs: number = system.staleAfterMs;
  readonly giveUpAfterMs: number = system.giveUpAfterMs;
  sleptMs = 0;
  /** What is to be called again and again at the moment. */
  readonly repeating: Set<() => void> = new Set();
  /** Called before each sleep. */
  onSleep: () => unknown = () => {};
  rename: System['rename'] = system.rename;
  remove: System['remove'] = system.remove;

  sleep: System['sleep'] = async (ms, signal) => {
    // As the real one, which does not begin then.
    if (signal?.aborted) return;
    this.sleptMs += ms;
    // Far beyond all patience: what waits for ever fails instead of taking the time of all.
    if (this.sleptMs > 2 * this.giveUpAfterMs) throw new Error('Nothing sleeps for so long');
    await this.onSleep();
    await setImmediate();
  };

  every: System['every'] = (_ms, run) => {
    this.repeating.add(run);
    return () => this.repeating.delete(run);
  };
}

/** What a promise is rejected with. */
export async function failure(promise: unknown): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

/** An error of the file system. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants it`), { code });
}
