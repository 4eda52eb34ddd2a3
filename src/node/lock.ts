import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rm, rmdir, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, namingFile } from './file-error.ts';
import { describeHolder, type Holder, isGone, parseHolder, thisHolder } from './holder.ts';
import { realFile } from './real-file.ts';
import type { System } from './system.ts';

// The lock is a folder with one file in it. The file's name is new each time the lock is taken, and the file system
// refuses each step if the lock has changed hands since it was looked at:
//
//   take       rename a folder prepared beside it to `<file>.lock`; refused while that folder has a file in it
//   renew      set the time of the own file
//   take over  unlink the file of the dead owner by its name, then remove the empty folder
//   release    unlink the own file, then remove the empty folder
//
// A waiter that wrongly judged the owner dead only unlinks that owner's file; a newer lock has another file name. An
// empty folder belongs to nobody, so any process may finish a step that another began.

/** How the systems say that a folder cannot be renamed to a name that is in use. */
const inUse: readonly unknown[] = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES', 'EBUSY'];

/** A lock as it looked at one moment. */
interface Sighting {
  /** What to unlink to free it. */
  readonly file: string;
  /** On a clock that may not be ours: it is only compared with itself, to see that it changes. */
  readonly mtimeMs: number;
  readonly holder: Holder | null;
}

/**
 * Runs work while nobody else, in this process or another, runs work under the lock of this file. The signal ends the
 * wait for the lock, not the work.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  system: System,
  signal?: AbortSignal,
): Promise<T> {
  const own = await namingFile(path, 'locked', () => acquire(path, system, signal));
  let renewal = Date.now() / 1000;
  const stop = system.every(system.staleAfterMs / 10, () => {
    // Counted on, since a clock may stand still or be set back.
    renewal++;
    // It fails if the lock was taken over while this process stood still. Work that has begun cannot be stopped then.
    utimes(own, renewal, renewal).catch(() => {});
  });
  try {
    return await work();
  } finally {
    stop();
    await release(own);
  }
}

/** A lock that cannot be removed becomes stale, as nobody renews it: no reason to fail work that is done. */
async function release(own: string): Promise<void> {
  await unlink(own).catch(() => {});
  await rmdir(dirname(own)).catch(() => {});
}

async function acquire(path: string, system: System, signal?: AbortSignal): Promise<string> {
  const lock = `${await realFile(path)}.lock`;
  const here = await thisHolder();
  let waitedMs = 0;
  let changedAtMs = 0;
  let last: Sighting | undefined;
  while (!signal?.aborted && waitedMs < system.giveUpAfterMs) {
    const seen = await look(lock);
    if (!isSame(seen, last)) changedAtMs = waitedMs;
    last = seen;
    // Only the time that this process slept counts: the clocks of two machines differ, and after a suspend a living
    // owner needs a moment to renew its lock.
    const isDead = seen && (isGone(seen.holder, here) || waitedMs - changedAtMs > system.staleAfterMs);
    const isHeld = seen && !(isDead && (await isRemoved(lock, seen)));
    const own = isHeld ? undefined : await take(lock, here, system);
    if (own && !signal?.aborted) return own;
    if (own) await release(own);
    const pauseMs = 25 + 75 * Math.random();
    await system.sleep(pauseMs, signal);
    waitedMs += pauseMs;
  }
  throw await notHad(lock, here, system, signal?.aborted === true);
}

/** The error of a wait in vain: who holds the lock, and why nobody waits any longer. */
async function notHad(lock: string, here: Holder, { giveUpAfterMs }: System, isAborted: boolean): Promise<Error> {
  const end = isAborted ? 'the wait was aborted' : `could not be taken within ${giveUpAfterMs / 1000} s`;
  const seen = await look(lock);
  if (!seen) return new Error(`${lock} is held by nobody, but ${end}`);
  const who = describeHolder(seen.holder, here);
  return new Error(`${lock} is held by ${who}, and ${end}; remove it if no program uses it any more`);
}

/** Whether nothing has happened to a lock between two looks. */
function isSame(one: Sighting | undefined, other: Sighting | undefined): boolean {
  return one?.file === other?.file && one?.mtimeMs === other?.mtimeMs;
}

/** Removes the mark of a dead owner. If that fails, another process was first, or it cannot be removed: a look tells. */
async function isRemoved(lock: string, { file }: Sighting): Promise<boolean> {
  await unlink(file).catch(() => {});
  return (await look(lock)) === undefined;
}

/** The lock as it is now; undefined if nobody has it. */
async function look(lock: string): Promise<Sighting | undefined> {
  // An empty folder belongs to nobody, and not every system renames another to its name.
  await rmdir(lock).catch(() => {});
  const names = await readdir(lock).catch((): string[] => []);
  // Anything else in its place counts as a lock too. Unlink refuses a folder, so that one with other content stays.
  const file = join(lock, names.find((name) => name.startsWith('owner-')) ?? '');
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) return undefined;
  // Opening a named pipe would wait for a writer.
  const text = stats.isFile() ? await readFile(file, 'utf8').catch(() => '') : '';
  return { file, mtimeMs: stats.mtimeMs, holder: parseHolder(text) };
}

/** Takes a lock that nobody holds, and gives the file that marks it as ours; undefined if another process was first. */
async function take(lock: string, here: Holder, system: System): Promise<string | undefined> {
  const id = randomBytes(12).toString('hex');
  const prepared = `${lock}.${id}.tmp`;
  const own = join(lock, `owner-${id}`);
  // Outside the `try`: a folder in which nothing can be made is an error, not a lock that another process holds.
  await mkdir(dirname(lock), { recursive: true, mode: 0o700 });
  // A recursive one would say ENOENT where the disk is read-only.
  await mkdir(prepared, { mode: 0o700 });
  try {
    // Under a umask of 0177 nothing could be made in it. Some file systems have no modes.
    await Promise.allSettled([chmod(prepared, 0o700)]);
    await writeFile(join(prepared, `owner-${id}`), JSON.stringify(here), { mode: 0o600 });
    await system.rename(prepared, lock);
    return own;
  } catch (error) {
    await rm(prepared, { recursive: true, force: true });
    if (inUse.includes(errorCode(error))) return undefined;
    throw error;
  }
}
