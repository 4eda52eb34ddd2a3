import { execFileSync } from 'node:child_process';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { withLock } from '../../src/node/lock.ts';
import { hold, holdElsewhere, nothing, sleepLong } from './hold.ts';
import { beside, failure, folder, sessionPath, systemError, TestSystem } from './system.ts';

afterEach(() => void vi.restoreAllMocks().useRealTimers());

/** Where the mark of a lock's owner would be. */
async function ownerPlace(path: string): Promise<string> {
  await mkdir(`${path}.lock`);
  return join(`${path}.lock`, 'owner-1');
}

/** Runs this many pieces of work, each under the lock, and gives how many were done, and how many at most at a time. */
async function crowd(count: number, lock: (index: number, work: () => Promise<void>) => unknown): Promise<number[]> {
  let [inside, most, done] = [0, 0, 0];
  const work = async () => {
    most = Math.max(most, ++inside);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    inside--;
    done++;
  };
  await Promise.all(Array.from({ length: count }, (_, index) => lock(index, work)));
  return [done, most];
}

describe('fileSessionStore.lock in one process', () => {
  test('fileSessionStore.lock gives what work gives, and leaves nothing behind (S8)', async () => {
    const path = await sessionPath();
    const inside = await fileSessionStore(path).lock?.(async () => {
      const [name = ''] = await readdir(`${path}.lock`);
      return JSON.parse(await readFile(join(`${path}.lock`, name), 'utf8'));
    });
    expect(inside).toEqual({ pid: process.pid, machine: expect.any(String) });
    expect(await beside(path)).toEqual([]);
  });

  test('fileSessionStore.lock makes the folder of the file, and can be used around read, write and clear', async () => {
    const path = join(await folder(), 'new', 'folder', 'session.json');
    const store = fileSessionStore(path);
    await store.lock?.(async () => {
      await store.write({ token: 'inside' });
      expect(await store.read()).toEqual({ token: 'inside' });
    });
    expect(await beside(path)).toEqual(['session.json']);
    for (const made of [dirname(path), dirname(dirname(path))]) expect((await stat(made)).mode & 0o777).toBe(0o700);
  });

  test('fileSessionStore.lock is released when work rejects or throws, and its error passed on as it is', async () => {
    const path = await sessionPath();
    const error = systemError('work failed');
    const throwing = (): never => {
      throw error;
    };
    for (const work of [() => Promise.reject(error), throwing]) {
      expect(await failure(fileSessionStore(path).lock?.(work))).toBe(error);
      expect(await beside(path)).toEqual([]);
    }
  });

  test('fileSessionStore.lock lets stores on one file in one at a time, however its path is spelled (S8)', async () => {
    const path = await sessionPath();
    const at = dirname(path);
    await symlink('session.json', join(at, 'link'));
    await symlink('link', join(at, 'link to link'));
    await symlink(at, join(at, 'here'));
    const spellings = [
      path,
      pathToFileURL(path),
      relative(process.cwd(), path),
      `${at}//./session.json`,
      `${at}/here/../${at.split(/[\\/]/).pop()}/session.json`,
      join(at, 'here', 'session.json'),
      join(at, 'link'),
      join(at, 'here', 'link to link'),
    ];
    const system = new TestSystem();
    const lock = (index: number, work: () => Promise<void>) =>
      createFileSessionStore(spellings[index % spellings.length] ?? '', system).lock?.(work);
    expect(await crowd(24, lock)).toEqual([24, 1]);
    await writeFile(path, '{"token":"t"}');
    expect(await crowd(24, lock)).toEqual([24, 1]);
    expect(await beside(path)).toEqual(['here', 'link', 'link to link', 'session.json']);
  });

  test('fileSessionStore.lock fails with the path where no folder can be made', async () => {
    const path = join(await folder(), 'file', 'session.json');
    await writeFile(dirname(path), '');
    const error = await failure(fileSessionStore(path).lock?.(nothing));
    expect(error.message).toContain(`The session file ${path} was not locked: ENOTDIR`);
  });

  test('fileSessionStore.lock fails at once when the system fails, and leaves nothing behind', async () => {
    const path = await sessionPath();
    const system = new TestSystem();
    for (const [thrown, said] of [
      [systemError('EIO'), 'EIO'],
      ['no error', 'no error'],
    ]) {
      system.rename = () => Promise.reject(thrown);
      expect((await failure(withLock(path, nothing, system))).message).toContain(said);
    }
    expect(system.sleptMs).toBe(0);
    expect(await beside(path)).toEqual([]);
  });

  test('fileSessionStore.lock is for its owner alone', async () => {
    const path = await sessionPath();
    const { own } = await hold(path);
    const modes = [`${path}.lock`, own].map(async (each) => ((await stat(each)).mode & 0o777).toString(8));
    expect(await Promise.all(modes)).toEqual(['700', '600']);
  });
});

describe('a lock whose owner is of another machine, or cannot be known', () => {
  test.each([
    ['of an hour ago', -3_600_000],
    ['of 11 s ago', -11_000],
    ['of this moment', 0],
    ['of an hour from now', 3_600_000],
  ])(
    'fileSessionStore.lock takes over a lock that it watched for 10 s without a renewal, its time being %s (S8)',
    async (_, ageMs) => {
      sleepLong();
      const path = await sessionPath();
      const [first, second] = [new TestSystem(), new TestSystem()];
      const { own, release } = await holdElsewhere(path, first);
      const time = new Date(Date.now() + ageMs);
      await utimes(own, time, time);
      let inside = '';
      await withLock(
        path,
        async () => {
          inside = String(await readdir(`${path}.lock`));
          // The former owner still lives: neither its renewal nor its end may touch the new lock.
          for (const renew of first.repeating) renew();
          await release();
          expect(String(await readdir(`${path}.lock`))).toBe(inside);
        },
        second,
      );
      expect(inside).toMatch(/^owner-[0-9a-f]{24}$/);
      expect(own).not.toContain(inside);
      expect(second.sleptMs).toBe(10_100);
      expect(await beside(path)).toEqual([]);
    },
  );

  test('fileSessionStore.lock is kept by an owner that renews it, however long its work takes, and however its clock goes (S8)', async () => {
    const path = await sessionPath();
    const [first, second] = [new TestSystem(), Object.assign(new TestSystem(), { giveUpAfterMs: 60_000 })];
    const { own, release } = await holdElsewhere(path, first);
    let renewals = 0;
    let free = false;
    second.onSleep = async () => {
      if (second.sleptMs > 50_000) {
        free = true;
        await release();
        return;
      }
      if (second.sleptMs < renewals * 9_000) return;
      renewals++;
      // Backwards, too.
      const time = new Date(Date.now() + (-1) ** renewals * renewals * 100_000);
      await utimes(own, time, time);
    };
    await withLock(path, async () => expect(free).toBe(true), second);
    expect(renewals).toBe(6);
    expect(first.repeating.size).toBe(0);
  });

  test('fileSessionStore.lock tells owners apart that follow each other within one tick of a coarse clock', async () => {
    const path = await sessionPath();
    const system = Object.assign(new TestSystem(), { giveUpAfterMs: 60_000 });
    const { own } = await holdElsewhere(path);
    let [owners, current] = [1, own];
    system.onSleep = async () => {
      if (system.sleptMs < owners * 9_000) return;
      if (owners === 4) return rm(`${path}.lock`, { recursive: true });
      const next = `${own}${++owners}`;
      await rename(current, next);
      current = next;
    };
    await withLock(path, nothing, system);
    expect(system.sleptMs).toBeGreaterThan(36_000);
  });

  test('fileSessionStore.lock goes to one of many that all see its owner dead (S8)', async () => {
    const path = await sessionPath();
    for (let round = 0; round < 5; round++) {
      await holdElsewhere(path);
      // Long enough for a living owner to end before the others, who sleep no real time, have watched it for so long.
      const system = { ...new TestSystem(), staleAfterMs: 2_000 };
      expect(await crowd(8, (_, work) => withLock(path, work, system))).toEqual([8, 1]);
    }
  });

  test('fileSessionStore.lock watches for 10 s what names no owner, be it a plain file in its place', async () => {
    sleepLong();
    for (const makeLock of [async (path: string) => (await hold(path)).own, async (path: string) => `${path}.lock`]) {
      const path = await sessionPath();
      const system = new TestSystem();
      await writeFile(await makeLock(path), 'not JSON');
      await withLock(path, nothing, system);
      expect(system.sleptMs).toBe(10_100);
      expect(await beside(path)).toEqual([]);
    }
  });

  test.skipIf(process.platform === 'win32').each<[string, (place: string) => unknown]>([
    ['a link to nothing', (place) => symlink('nowhere', place)],
    ['a link to itself', (place) => symlink(basename(place), place)],
    ['a named pipe', (place) => execFileSync('mkfifo', [place])],
  ])(
    'fileSessionStore.lock takes over %s in its place, or in its folder, and reads nothing of it (S8, S14)',
    async (_, make) => {
      sleepLong();
      for (const placeOf of [async (path: string) => `${path}.lock`, ownerPlace]) {
        const path = await sessionPath();
        const system = new TestSystem();
        await make(await placeOf(path));
        await withLock(path, nothing, system);
        expect(system.sleptMs).toBe(10_100);
        expect(await beside(path)).toEqual([]);
      }
    },
  );
});

describe('the steps of a lock', () => {
  test('fileSessionStore.lock renews under the name of its own acquisition alone, once a second', async () => {
    const path = await sessionPath();
    const system = new TestSystem();
    const every = vi.spyOn(system, 'every');
    const { own, release } = await hold(path, system);
    await utimes(own, 1_000, 1_000);
    for (const renew of system.repeating) renew();
    while ((await stat(own)).mtimeMs === 1_000_000) await setImmediate();
    await release();
    expect(every.mock.calls.map(([ms]) => ms)).toEqual([1_000]);
    expect(system.repeating.size).toBe(0);
  });

  test('fileSessionStore.lock renews to another time each time, though its clock stands still (S8)', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const system = new TestSystem();
    const { own, release } = await hold(await sessionPath(), system);
    for (let renewals = 0; renewals < 3; renewals++) {
      const { mtimeMs } = await stat(own);
      for (const renew of system.repeating) renew();
      for (let turn = 0; turn < 1000 && (await stat(own)).mtimeMs === mtimeMs; turn++) await setImmediate();
      expect((await stat(own)).mtimeMs).not.toBe(mtimeMs);
    }
    await release();
  });

  test('fileSessionStore.lock lets work go on when it was taken from it meanwhile', async () => {
    const path = await sessionPath();
    const system = new TestSystem();
    const { own, release } = await hold(path, system);
    await rm(`${path}.lock`, { recursive: true });
    for (const renew of system.repeating) renew();
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    await release();
    await expect(stat(own)).rejects.toThrow('ENOENT');
  });

  test('fileSessionStore.lock has another file each time, so that a waiter which judges late removes none but the old one', async () => {
    const path = await sessionPath();
    const { own } = await hold(path);
    await unlink(own);
    const next = await hold(path);
    expect((await failure(unlink(own))).message).toContain('ENOENT');
    expect((await failure(rmdir(`${path}.lock`))).message).toMatch(/ENOTEMPTY|EEXIST/);
    await stat(next.own);
  });

  test('fileSessionStore.lock uses an empty folder that a process left which died while it released it', async () => {
    const path = await sessionPath();
    const system = new TestSystem();
    // As on Windows, where even an empty folder is in the way.
    system.rename = async (from, to) => {
      await expect(stat(to)).rejects.toThrow('ENOENT');
      await rename(from, to);
    };
    await mkdir(`${path}.lock`);
    expect(await withLock(path, async () => 'in', system)).toBe('in');
    expect(system.sleptMs).toBe(0);
  });

  test.each(['ENOTEMPTY', 'ENOTDIR', 'EPERM', 'EACCES', 'EBUSY', 'EEXIST'])(
    'fileSessionStore.lock waits when the rename says %s, as some systems do for a lock that is held',
    async (code) => {
      const path = await sessionPath();
      const system = new TestSystem();
      let failures = 3;
      system.rename = (from, to) => (failures-- > 0 ? Promise.reject(systemError(code)) : rename(from, to));
      expect(await withLock(path, async () => 'in', system)).toBe('in');
      expect(await beside(path)).toEqual([]);
      expect(system.sleptMs).toBeGreaterThan(74);
    },
  );
});
