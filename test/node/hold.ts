import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { withLock } from '../../src/node/lock.ts';
import { TestSystem } from './system.ts';

/** Has each sleep while waiting for a lock take 100 ms. */
export function sleepLong(): void {
  vi.spyOn(Math, 'random').mockReturnValue(1);
}

/** Work that takes no time. */
export async function nothing(): Promise<void> {}

interface Holding {
  /** The file in the lock's folder. */
  readonly own: string;
  readonly release: () => Promise<unknown>;
}

/** Takes the lock and holds it until it is told to release it. */
export async function hold(path: string, system: TestSystem = new TestSystem()): Promise<Holding> {
  const end = new AbortController();
  const ended = once(end.signal, 'abort');
  let done: Promise<unknown> = ended;
  await new Promise<void>((taken, failed) => {
    done = withLock(
      path,
      () => {
        taken();
        return ended;
      },
      system,
    );
    done.catch(failed);
  });
  const [name = ''] = await readdir(`${path}.lock`);
  const release = () => {
    end.abort();
    return done;
  };
  return { own: join(`${path}.lock`, name), release };
}

/** Holds a lock as a process of another machine does: nobody here can tell whether that is alive. */
export async function holdElsewhere(path: string, system?: TestSystem): Promise<Holding> {
  const held = await hold(path, system);
  await writeFile(held.own, JSON.stringify({ pid: process.pid, machine: 'elsewhere' }));
  return held;
}
