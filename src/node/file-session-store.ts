import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TraqError } from '../errors.ts';
import type { SessionStore, StoredSession } from '../models.ts';
import { withLock } from './lock.ts';
import { clearSessionFile, readSessionFile, writeSessionFile } from './session-file.ts';
import { type System, system } from './system.ts';

/**
 * Keeps the session in a file, so that it outlives the process and can be shared by several.
 *
 * - The file holds `{ "token": "…", "issuedAt": 1767225600000 }` and nothing else. It is the key to the account: it is
 *   readable by its owner alone (mode 0600, whatever it was before). Keep it out of repositories, and out of backups that
 *   others read. Where there are no modes (Windows), its folder has to protect it.
 * - No file, or an empty one, means no session. A missing folder is made (mode 0700) by the first write or lock. A
 *   symbolic link is followed: the file that it points to is written, the link stays.
 * - A session is written to a file beside it and renamed, so that readers and crashes never see half of one. Where the
 *   system refuses that for a second, as it does if the file itself is mounted into a container, the session is written
 *   over the old one, and `clear` empties the file. The file's folder must be writable all the same; containers that
 *   share a session should mount the folder, since the lock lies in it.
 * - A file that holds anything else (not JSON, other fields, a folder, more than 64 KiB) is an error in all three
 *   methods; it is never overwritten or removed. Move it away, or choose another path.
 * - `lock` excludes every other store on this file, in this process and in others, by a folder `<file>.lock` that exists
 *   while work runs. It is not re-entrant. The lock of a process that has died is taken over: at once if it ran on this
 *   machine, else when it was watched for 10 seconds and not renewed. A process that lives keeps it however long its work
 *   takes, unless it stands still for those 10 seconds (a debugger). Waiting ends after 20 seconds, or when the `signal`
 *   is aborted, with an error that names the lock and its holder.
 *
 * An error names the path and never the content; the client passes it on as the cause of `session_store_failed`.
 *
 * @param path - where the file is or shall be: a path (a relative one counts from the working directory of this moment;
 *   `~` is not expanded) or a `URL` of the scheme `file:`; text is a path even if it begins with `file:`.
 * @throws `invalid_argument` - not a path: empty, with a NUL character, no string, or a URL of another scheme.
 * @example
 * const traq = createTraqAuth({ sessionStore: fileSessionStore('session.json') });
 * await traq.login({ name: 'alice', password, ifLoggedIn: 'keep' });
 */
export function fileSessionStore(path: string | URL): SessionStore {
  return createFileSessionStore(path, system);
}

/** {@link fileSessionStore} on any clock and file system, for tests. */
export function createFileSessionStore(path: string | URL, system: System): SessionStore {
  const file = absolutePath(path);
  return {
    read: () => readSessionFile(file, system),
    write: (session: StoredSession) => writeSessionFile(file, session, system),
    clear: () => clearSessionFile(file, system),
    lock: (work, options) => withLock(file, work, system, options?.signal),
  };
}

function absolutePath(path: unknown): string {
  let text = path;
  try {
    if (path instanceof URL) text = fileURLToPath(path);
  } catch {
    // Not a file: URL, so `text` is still no string, and refused below.
  }
  if (typeof text !== 'string' || text === '' || text.includes('\0')) {
    throw new TraqError('invalid_argument', '"path" must be a path to a file (not empty, no NUL) or a file: URL');
  }
  // What `resolve` does too; but it takes out `..` by the text alone, where the system follows links first.
  return isAbsolute(text) ? text.replace(/(?!^)\/+$/, '') : resolve(text);
}
