import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, naming } from './file-error.ts';
import { type Holder, isGone, parseHolder, thisHolder } from './holder.ts';
import { realFile } from './real-file.ts';
import type { System } from './system.ts';

// The lock is a folder with one file in it, named after this one acquisition of it. Each step is one that the file
// system refuses if the lock is no longer as it was seen:
//
//   take       rename a folder made ready beside it to `<file>.lock`; refused while a folder with content is there
//   renew      touch the own file
//   take over  unlink the file of the dead owner by its name, which nobody else ever has; then remove the empty folder
//   release    unlink the own file, remove the empty folder
//
// So he who judged an owner dead, and comes late, unlinks a name that is gone: the lock that another took meanwhile has
// another name in it. An empty folder belongs to nobody, so that no step needs to be finished by who began it.

/** How the systems say that a folder cannot be renamed to a name that is in use. */
const inUse: readonly unknown[] = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES', 'EBUSY'];

/** What was seen in the place of the lock. */
interface Sighting {
  /** What to unlink to free it. */
  readonly file: string;
  readonly mtimeMs: number;
  readonly holder: Holder | null;
}

/** Runs work while nobody else, in this process or another, runs work under the lock of this file. */
export async function withLock<T>(path: string, work: () => Promise<T>, system: System): Promise<T> {
  const { lock, own } = await naming(path, 'locked', () => acquire(path, system));
  const stop = system.every(system.staleAfterMs / 10, () => {
    // If it was taken from us while we stood still, it cannot be had back, nor can the work be stopped.
    touch(own).catch(() => {});
  });
  try {
    return await work();
  } finally {
    stop();
    await release(lock, own);
  }
}

/** If it cannot be removed, it ends by age, as it is not renewed any more: no reason to fail work that is done. */
async function release(lock: string, own: string): Promise<void> {
  await unlink(own).catch(() => {});
  await rmdir(lock).catch(() => {});
}

async function acquire(path: string, system: System): Promise<{ lock: string; own: string }> {
  const file = await realFile(path);
  const lock = `${file}.lock`;
  const here = await thisHolder();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  let waitedMs = 0;
  let quietMs = 0;
  let last: Sighting | undefined;
  for (;;) {
    let seen = await look(lock);
    if (seen?.file !== last?.file || seen?.mtimeMs !== last?.mtimeMs) quietMs = 0;
    last = seen;
    if (seen && (isGone(seen.holder, here) || isStale(seen, quietMs, system))) {
      // If this fails, another was first, or it cannot be removed: the next look tells.
      await unlink(seen.file).catch(() => {});
      seen = await look(lock);
    }
    const own = seen ? undefined : await take(lock, here, system);
    if (own) return { lock, own };
    if (waitedMs >= system.giveUpAfterMs) {
      const who = seen?.holder ? `process ${seen.holder.pid}` : 'another';
      throw new Error(`${lock} has been held by ${who} for too long; remove it if no program is at work`);
    }
    const pauseMs = 25 + 75 * Math.random();
    await system.sleep(pauseMs);
    waitedMs += pauseMs;
    quietMs += pauseMs;
  }
}

/**
 * Whether the owner had its time to renew the lock and did not. What counts is the time that this process slept and
 * watched, not what a clock says: after a suspend, or a change of the system's time, a living owner needs a moment to
 * renew it. Where the file looks old as well, the time for two renewals is enough.
 */
function isStale(seen: Sighting, quietMs: number, { staleAfterMs }: System): boolean {
  return quietMs > (Date.now() - seen.mtimeMs > staleAfterMs ? staleAfterMs / 4 : staleAfterMs);
}

/** Who has the lock; undefined if nobody has. */
async function look(lock: string): Promise<Sighting | undefined> {
  try {
    const name = (await readdir(lock)).find((entry) => entry.startsWith('owner-'));
    if (name !== undefined) {
      const file = join(lock, name);
      const [{ mtimeMs }, content] = await Promise.all([stat(file), readFile(file)]);
      return { file, mtimeMs, holder: parseHolder(String(content)) };
    }
    // Not every system renames a folder to the name of an empty one.
    await rmdir(lock);
    return undefined;
  } catch {
    // Nothing is there, or its owner lets go at this moment, or it is something of another program.
  }
  // A plain file is respected while it is fresh. A folder with content stays for ever, as no system unlinks one; for the
  // same reason no lock can be lost that came in the place of the file meanwhile.
  const stats = await stat(lock).catch(() => undefined);
  return stats && { file: lock, mtimeMs: stats.mtimeMs, holder: null };
}

/** The file that marks the lock as ours; undefined if another was first. */
async function take(lock: string, here: Holder, system: System): Promise<string | undefined> {
  const id = randomBytes(12).toString('hex');
  const ready = `${lock}.${id}.tmp`;
  const own = join(lock, `owner-${id}`);
  // Not within what follows: a folder in which nothing can be made is an error, and no lock that another has.
  await mkdir(ready, { mode: 0o700 });
  try {
    await writeFile(join(ready, `owner-${id}`), JSON.stringify(here), { mode: 0o600 });
    await system.rename(ready, lock);
  } catch (error) {
    await rm(ready, { recursive: true });
    if (inUse.includes(errorCode(error))) return undefined;
    throw error;
  }
  try {
    // This process may have stood still before the rename: then the lock was born old, and may be lost already.
    await touch(own);
    return own;
  } catch {
    await release(lock, own);
    return undefined;
  }
}

function touch(file: string): Promise<void> {
  const now = new Date();
  return utimes(file, now, now);
}
