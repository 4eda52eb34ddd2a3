import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StoredSession } from '../models.ts';
import { errorCode, naming } from './file-error.ts';
import { realFile } from './real-file.ts';
import type { System } from './system.ts';

const maxBytes = 65_536;
const leftoverAgeMs = 600_000;
const leftoverName = /^(\.lock)?\.[0-9a-f]{24}\.tmp$/;
const cookieOctets = /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]{1,4096}$/;

/** The session in a file; null if there is no file. */
export function readSessionFile(path: string): Promise<StoredSession | null> {
  return naming(path, 'read', async () => readSession(await realFile(path)));
}

/** Puts a session into a file, in place of none or of another session only. */
export function writeSessionFile(path: string, session: StoredSession, system: System): Promise<void> {
  return naming(path, 'written', async () => {
    const { token, issuedAt } = Object(session) as StoredSession;
    // What `readSession` refuses must never get into the file.
    const kept = sessionOf(issuedAt === undefined ? { token } : { token, issuedAt });
    if (!kept)
      throw new Error('"token" must be 1 to 4,096 cookie characters, and "issuedAt" a finite number or absent');
    const file = await realFile(path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await readSession(file);
    await replace(file, `${JSON.stringify(kept)}\n`, system);
    await removeLeftovers(file);
  });
}

/** Removes a file that holds a session; no file is fine. */
export function clearSessionFile(path: string): Promise<void> {
  return naming(path, 'removed', async () => {
    const file = await realFile(path);
    if (await readSession(file)) await rm(file, { force: true });
    await removeLeftovers(file);
  });
}

async function readSession(file: string): Promise<StoredSession | null> {
  const text = await readText(file);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may be a secret.
    throw new Error(text.trim() === '' ? 'it is empty' : 'it is not JSON');
  }
  const session = sessionOf(value);
  if (!session) throw new Error('it does not hold { "token": string, "issuedAt"?: number } and nothing else');
  return session;
}

async function readText(file: string): Promise<string | null> {
  let handle: FileHandle;
  try {
    // Opening a named pipe would else wait for a writer. Windows has no such flag; `undefined` counts as 0.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > maxBytes) throw new Error('it is larger than 64 KiB, so it holds something else than a session');
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** Strict on purpose: a file of the like that belongs to another program would be sent to the server and overwritten. */
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
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      // Else a power cut could leave the renamed file empty, and an empty file is refused.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, file, system);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** Windows refuses to replace a file while somebody, a virus scanner for one, has it open. It says so by one of these. */
const isOpen: readonly unknown[] = ['EPERM', 'EACCES', 'EBUSY'];

async function renameOver(from: string, to: string, system: System): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await system.rename(from, to);
    } catch (error) {
      if (tries === 10 || !isOpen.includes(errorCode(error))) throw error;
    }
    await system.sleep(20 * tries);
  }
}

/** What processes left that were killed before their rename: a token lies in it. Best effort. */
async function removeLeftovers(file: string): Promise<void> {
  const [folder, base] = [dirname(file), basename(file)];
  try {
    const names = await readdir(folder);
    const ours = names.filter((name) => name.startsWith(base) && leftoverName.test(name.slice(base.length)));
    // What cannot be removed was removed by another process, or is not ours to remove: nothing depends on it.
    await Promise.allSettled(ours.map((name) => removeIfOld(join(folder, name))));
  } catch {
    // No folder, no leftovers.
  }
}

async function removeIfOld(leftover: string): Promise<void> {
  const { mtimeMs } = await stat(leftover);
  if (Date.now() - mtimeMs > leftoverAgeMs) await rm(leftover, { recursive: true });
}
