import { spawnSync } from 'node:child_process';
import { chmod, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { beside, failure, session, sessionPath, systemError, TestSystem } from './system.ts';

const mode = async (path: string) => (await stat(path)).mode & 0o777;
const refusals = ['EBUSY', 'EXDEV', 'EPERM', 'EACCES'];

/** A system on which the session file can be neither replaced nor removed, as where it is a mount point. */
function refusing(code: string): TestSystem {
  const system = new TestSystem();
  const { rename } = system;
  system.rename = (from, to) => (to.endsWith('.lock') ? rename(from, to) : Promise.reject(systemError(code)));
  system.remove = () => Promise.reject(systemError(code));
  return system;
}

describe('a session file that cannot be replaced', () => {
  test.each(refusals)(
    'fileSessionStore tries again for a second while the system says %s, as Windows does for an open file',
    async (code) => {
      const path = await sessionPath();
      const system = new TestSystem();
      const { rename } = system;
      let failures = 9;
      system.rename = (from, to) => (failures-- > 0 ? Promise.reject(systemError(code)) : rename(from, to));
      await writeFile(path, '{"token":"old"}');
      const { ino } = await stat(path);
      await createFileSessionStore(path, system).write(session);
      expect(system.sleptMs).toBe(900);
      expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(session)}\n`);
      expect((await stat(path)).ino).not.toBe(ino);
      expect(await beside(path)).toEqual(['session.json']);
    },
  );

  test.each(refusals)(
    'fileSessionStore writes in place where the system says %s for good, and empties the file to clear it (S8)',
    async (code) => {
      const path = await sessionPath();
      const system = refusing(code);
      const store = createFileSessionStore(path, system);
      await writeFile(path, '');
      await chmod(path, 0o666);
      const { ino } = await stat(path);
      await store.write(session);
      expect(system.sleptMs).toBe(1_100);
      for (const token of ['long'.repeat(1024), 'short', 'other']) {
        await store.lock?.(async () => store.write({ token, issuedAt: 7 }));
        expect(await fileSessionStore(path).read()).toStrictEqual({ token, issuedAt: 7 });
        expect(await beside(path)).toEqual(['session.json']);
      }
      expect((await stat(path)).ino).toBe(ino);
      expect(await mode(path)).toBe(0o600);
      await store.lock?.(async () => store.clear());
      expect(await readFile(path, 'utf8')).toBe('');
      expect(await store.read()).toBeNull();
      await store.clear();
      expect(await beside(path)).toEqual(['session.json']);
    },
  );

  test('fileSessionStore flushes nothing under --permission, where Node 26 refuses that (S8)', async () => {
    const path = await sessionPath();
    const handle = await open(`${path}.other`, 'w');
    await handle.close();
    const denied = systemError('ERR_ACCESS_DENIED');
    const sync = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockRejectedValue(denied);
    onTestFinished(() => {
      Reflect.deleteProperty(process, 'permission');
      sync.mockRestore();
    });
    const stores = [fileSessionStore(path), createFileSessionStore(path, refusing('EBUSY'))];
    await expect(fileSessionStore(path).write(session)).rejects.toMatchObject({ cause: denied });
    Object.defineProperty(process, 'permission', { value: { has: () => true }, configurable: true });
    for (const store of stores) {
      await store.write(session);
      expect(await store.read()).toStrictEqual(session);
    }
  });

  test('fileSessionStore follows a link to the file that it writes in place', async () => {
    const path = await sessionPath();
    await writeFile(path, '{"token":"old"}');
    await symlink('session.json', join(dirname(path), 'link'));
    const store = createFileSessionStore(join(dirname(path), 'link'), refusing('EBUSY'));
    await store.write(session);
    expect(JSON.parse(await readFile(path, 'utf8'))).toStrictEqual(session);
    await store.clear();
    expect(await readFile(path, 'utf8')).toBe('');
  });

  test('fileSessionStore leaves no rest of a longer text, and writes 4,096 bytes whatever the token, so that writers do not mix', async () => {
    const path = await sessionPath();
    const store = createFileSessionStore(path, refusing('EBUSY'));
    await writeFile(path, `{"token":"old"${' '.repeat(9_000)}}`);
    await store.write(session);
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(session)}\n`.padEnd(9_015));
    await writeFile(path, '');
    for (const token of ['t', 'a-longer-token']) {
      await store.write({ token });
      expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify({ token })}\n`.padEnd(4_096));
    }
  });

  test('fileSessionStore lets readers and writers without a lock meet, and each read is a whole session', async () => {
    const path = await sessionPath();
    await writeFile(path, JSON.stringify(session));
    const sessions = [session, { token: 'x' }, { token: 'y'.repeat(500), issuedAt: 1 }];
    const writers = sessions.map(async (each) => {
      for (let round = 0; round < 50; round++) await createFileSessionStore(path, refusing('EBUSY')).write(each);
    });
    const done = Promise.all(writers).then(() => true);
    let reads = 0;
    while (!(await Promise.race([done, false]))) {
      expect(sessions).toContainEqual(await createFileSessionStore(path, new TestSystem()).read());
      reads++;
    }
    expect(reads).toBeGreaterThan(10);
    expect(sessions).toContainEqual(await fileSessionStore(path).read());
  });

  test.each(['read', 'write', 'clear'] as const)(
    'fileSessionStore.%s looks again at a file that another process is writing in place',
    async (call) => {
      const path = await sessionPath();
      const system = new TestSystem();
      await writeFile(path, '{"token":"hal');
      system.onSleep = () => writeFile(path, JSON.stringify(session));
      const store = createFileSessionStore(path, system);
      expect(await store[call](session)).toEqual(call === 'read' ? session : undefined);
      expect(system.sleptMs).toBe(20);
      expect(await fileSessionStore(path).read()).toEqual(call === 'clear' ? null : session);
    },
  );
});

/** Runs a command where one file is mounted over another. */
const mountScript = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
const inMount = (...args: string[]) => spawnSync('unshare', ['-m', 'sh', '-c', mountScript, 'sh', ...args]);
const mayMount = inMount('/dev/null', '/dev/zero', 'true').status === 0;
const contender = fileURLToPath(new URL('contender.ts', import.meta.url));

test.runIf(mayMount)('fileSessionStore.lock says that the disk is read-only', async () => {
  const path = await sessionPath();
  const script = 'mount -t tmpfs -o ro none "$1" && shift && exec "$@"';
  const story = [process.execPath, '--import', 'tsx', contender, 'story', path];
  const run = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', dirname(path), ...story]);
  expect(String(run.stderr)).toContain(`The session file ${path} was not locked: EROFS`);
});

test.runIf(mayMount)('fileSessionStore writes to a mount point, and empties it', async () => {
  const [inside, outside] = [await sessionPath(), await sessionPath()];
  for (const file of [inside, outside]) await writeFile(file, '');
  const run = inMount(outside, inside, process.execPath, '--import', 'tsx', contender, 'story', inside);
  expect(String(run.stderr)).toBe('');
  expect(JSON.parse(String(run.stdout))).toEqual([{ token: 'first' }, { token: 'second' }, null]);
  expect(await readFile(outside, 'utf8')).toBe('');
  expect(await beside(inside)).toEqual(['session.json']);
  expect(await mode(outside)).toBe(0o600);
});

describe('a session file that can be neither replaced nor written', () => {
  test('fileSessionStore says why where there is no file to write in place', async () => {
    const path = await sessionPath();
    const error = await failure(createFileSessionStore(path, refusing('EPERM')).write(session));
    expect(error.message).toContain(`The session file ${path} was not written: ENOENT`);
    expect(await beside(path)).toEqual([]);
  });

  test.each(['ENOSPC', 'EIO', 'EROFS'])(
    'fileSessionStore.write fails at once with %s, and keeps the old session and nothing else',
    async (code) => {
      const path = await sessionPath();
      await fileSessionStore(path).write(session);
      const system = refusing(code);
      const error = await failure(createFileSessionStore(path, system).write({ token: 'secret-token' }));
      expect(error.message).toBe(`The session file ${path} was not written: ${code}: as the test wants it`);
      expect(error.cause).toMatchObject({ code });
      expect(system.sleptMs).toBe(0);
      expect(await beside(path)).toEqual(['session.json']);
      expect(await fileSessionStore(path).read()).toStrictEqual(session);
    },
  );
});
