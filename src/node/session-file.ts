import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StoredSession } from '../models.ts';
import { errorCode, namingFile } from './file-error.ts';
import { realFile } from './real-file.ts';
import type { System } from './system.ts';

const maxBytes = 65_536;
const leftoverAgeMs = 600_000;
const leftoverName = /^(\.lock)?\.[0-9a-f]{24}\.tmp$/;
const cookieOctets = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{1,4096}$/;

/** The session in a file; null if there is no file, or nothing in it. */
export function readSessionFile(path: string, system: System): Promise<StoredSession | null> {
  return namingFile(path, 'read', async () => readSession(await realFile(path), system));
}

/** Writes a session to a file that does not exist, is empty, or holds another session. */
export function writeSessionFile(path: string, session: StoredSession, system: System): Promise<void> {
  return namingFile(path, 'written', async () => {
    const { token, issuedAt } = Object(session) as StoredSession;
    // What `readSession` refuses must never get into the file.
    const kept = sessionOf(issuedAt === undefined ? { token } : { token, issuedAt });
    if (!kept)
      throw new Error('"token" must be 1 to 4,096 cookie characters, and "issuedAt" a finite number or absent');
    const file = await realFile(path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await readSession(file, system);
    await replace(file, `${JSON.stringify(kept)}\n`, system);
    await removeLeftovers(file);
  });
}

/** Removes a file that holds a session; it is no error if there is none. */
export function clearSessionFile(path: string, system: System): Promise<void> {
  return namingFile(path, 'cleared', async () => {
    const file = await realFile(path);
    // A mount point cannot be removed, but emptied.
    if (await readSession(file, system)) await system.remove(file).catch(() => truncate(file));
    await removeLeftovers(file);
  });
}

async function readSession(file: string, system: System): Promise<StoredSession | null> {
  try {
    return parseSession(await readText(file));
  } catch {
    // Another process may be writing to it in place at this moment.
    await system.sleep(20);
    return parseSession(await readText(file));
  }
}

function parseSession(content: string): StoredSession | null {
  // Editors may put a byte order mark before it.
  const text = content.trim();
  // Files that are mounted into a container begin empty.
  if (text === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may be a secret.
    throw new Error('it is not JSON');
  }
  const session = sessionOf(value);
  if (!session) throw new Error('it does not hold { "token": string, "issuedAt"?: number } and nothing else');
  return session;
}

async function readText(file: string): Promise<string> {
  try {
    const stats = await stat(file);
    // Opening a named pipe would wait for a writer.
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > maxBytes) throw new Error('it is larger than 64 KiB, so it holds something other than a session');
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** Strict, because another program's token must neither be sent to the server nor overwritten. */
function sessionOf(value: unknown): StoredSession | null {
  const fields = Object(value) as Record<string, unknown>;
  const { token, issuedAt, ...others } = fields;
  if (typeof token !== 'string' || !cookieOctets.test(token) || Object.keys(others).length > 0) return null;
  if (!('issuedAt' in fields)) return { token };
  return Number.isFinite(issuedAt) ? { token, issuedAt: Number(issuedAt) } : null;
}

async function replace(file: string, text: string, system: System): Promise<void> {
  const temporary = `${file}.${randomBytes(12).toString('hex')}.tmp`;
  try {
    // Flushed, so that a power cut cannot leave the renamed file empty.
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600, flush: mayFlush() });
    if (!(await renameOver(temporary, file, system))) await overwrite(file, text);
  } finally {
    // The rename has moved it away. What cannot be removed is a leftover for a later write.
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** Under `--permission` Node 26 refuses to flush any file. */
function mayFlush(): boolean {
  return process.permission === undefined;
}

/**
 * How systems refuse to replace a file: Windows while somebody, such as a virus scanner, has it open; others for good,
 * because it is a mount point.
 */
const refusals: readonly unknown[] = ['EPERM', 'EACCES', 'EBUSY', 'EXDEV'];

/** False if the system refuses it for a second. */
async function renameOver(from: string, to: string, system: System): Promise<boolean> {
  for (let tries = 1; tries <= 10; tries++) {
    try {
      await system.rename(from, to);
      return true;
    } catch (error) {
      if (!refusals.includes(errorCode(error))) throw error;
    }
    await system.sleep(20 * tries);
  }
  return false;
}

/**
 * One write of always the same size, padded with blanks: a reader sees the old session or the new one, and of two
 * writers that do not share a lock (each container has its own folder around a mounted file) the last one wins.
 */
async function overwrite(file: string, text: string): Promise<void> {
  // If the mode cannot be changed, nothing is written: others might read it.
  await chmod(file, 0o600);
  const { size } = await stat(file);
  await writeFile(file, text.padEnd(Math.max(size, 4096)), { flag: 'r+', flush: mayFlush() });
}

/** Removes what killed processes left, since a token is in it. What cannot be removed does no harm to the call. */
async function removeLeftovers(file: string): Promise<void> {
  const [folder, base] = [dirname(file), basename(file)];
  const names = await readdir(folder).catch((): string[] => []);
  const ours = names.filter((name) => name.startsWith(base) && leftoverName.test(name.slice(base.length)));
  await Promise.allSettled(ours.map((name) => removeIfOld(folder, join(folder, name))));
}

async function removeIfOld(folder: string, leftover: string): Promise<void> {
  // Both times are by one clock, which may not be this machine's. The folder's is that of the last change in it.
  const [now, then] = await Promise.all([stat(folder), stat(leftover)]);
  if (now.mtimeMs - then.mtimeMs > leftoverAgeMs) await rm(leftover, { recursive: true });
}
