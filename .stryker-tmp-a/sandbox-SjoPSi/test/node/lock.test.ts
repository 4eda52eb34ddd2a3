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
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { withLock } from '../../src/node/lock.ts';
import { failure, folder, systemError, TestSystem } from './system.ts';

afterEach(() => void vi.restoreAllMocks());

/** Takes the lock and holds it until it is told to let go. */
async function hold(path: string, system: TestSystem): Promise<{ own: string; letGo: () => Promise<void> }> {
  let letGo = () => {};
  const done = { promise: Promise.resolve() };
  await new Promise<void>((held, failed) => {
    done.promise = withLock(
      path,
      () => {
        held();
        return new Promise<void>((resolve) => {
          letGo = resolve;
        });
      },
      system,
    );
    done.promise.catch(failed);
  });
  const [name = ''] = await readdir(`${path}.lock`);
  return {
    own: join(`${path}.lock`, name),
    letGo: () => {
      letGo();
      return done.promise;
    },
  };
}

/** Makes a lock look as if its owner ran where nobody can tell whether it is alive. */
async function moveElsewhere(own: string): Promise<void> {
  const holder = JSON.parse(await readFile(own, 'utf8'));
  await writeFile(own, JSON.stringify({ ...holder, machine: 'elsewhere' }));
}

describe('fileSessionStore.lock in one process', () => {
  test('fileSessionStore.lock gives what work gives, and leaves nothing behind (S8)', async () => {
    const path = await folder();
    const store = fileSessionStore(join(path, 'session.json'));
    const inside = await store.lock?.(async () => {
      const [name = ''] = await readdir(join(path, 'session.json.lock'));
      return JSON.parse(await readFile(join(path, 'session.json.lock', name), 'utf8'));
    });
    expect(inside).toEqual({ pid: process.pid, machine: expect.any(String) });
    expect(await readdir(path)).toEqual([]);
  });

  test('fileSessionStore.lock makes the folder of the file, and can be used around read, write and clear', async () => {
    const path = await folder();
    const store = fileSessionStore(join(path, 'new', 'session.json'));
    await store.lock?.(async () => {
      await store.write({ token: 'inside' });
      expect(await store.read()).toEqual({ token: 'inside' });
    });
    expect(await readdir(join(path, 'new'))).toEqual(['session.json']);
  });

  test.each<[string, () => Promise<never>]>([
    ['rejects', () => Promise.reject(systemError('work failed'))],
    [
      'throws',
      () => {
        throw systemError('work failed');
      },
    ],
  ])('fileSessionStore.lock lets go when work %s, and passes on its error as it is', async (_, work) => {
    const path = await folder();
    const store = fileSessionStore(join(path, 'session.json'));
    const error = await failure(store.lock?.(work));
    expect(error.message).toBe('work failed: as the test wants it');
    expect(await readdir(path)).toEqual([]);
  });

  test('fileSessionStore.lock lets twenty stores on one file in one at a time (S8)', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    let [inside, most, done] = [0, 0, 0];
    await Promise.all(
      Array.from({ length: 20 }, () =>
        createFileSessionStore(path, system).lock?.(async () => {
          most = Math.max(most, ++inside);
          for (let turn = 0; turn < 5; turn++) await setImmediate();
          inside--;
          done++;
        }),
      ),
    );
    expect([most, done]).toEqual([1, 20]);
  });

  test('fileSessionStore.lock lets two stores take turns on the real clock', async () => {
    const path = join(await folder(), 'session.json');
    const order: string[] = [];
    const turn = (name: string) => fileSessionStore(path).lock?.(async () => void order.push(name, name));
    await Promise.all([turn('a'), turn('b'), turn('c')]);
    expect(order.join('')).toMatch(/^(aa|bb|cc){3}$/);
  });

  test('fileSessionStore.lock fails with the path where no folder can be made', async () => {
    const path = join(await folder(), 'file');
    await writeFile(path, '');
    const error = await failure(fileSessionStore(join(path, 'session.json')).lock?.(async () => {}));
    expect(error.message).toContain(`The session file ${join(path, 'session.json')} was not locked: `);
  });

  test('fileSessionStore.lock fails at once when the system fails, and leaves nothing behind', async () => {
    const path = await folder();
    const system = new TestSystem();
    system.rename = () => Promise.reject(systemError('EIO'));
    const error = await failure(withLock(join(path, 'session.json'), async () => {}, system));
    expect(error.message).toContain('EIO');
    system.rename = () => Promise.reject('no error');
    expect((await failure(withLock(join(path, 'session.json'), async () => {}, system))).message).toContain('no error');
    expect(system.sleptMs).toBe(0);
    expect(await readdir(path)).toEqual([]);
  });
});

describe('a lock without an owner', () => {
  test('fileSessionStore.lock takes over after 10 s of watching a lock that nobody renews (S8)', async () => {
    const path = join(await folder(), 'session.json');
    const [first, second] = [new TestSystem(), new TestSystem()];
    const { own, letGo } = await hold(path, first);
    await moveElsewhere(own);
    const inFuture = new Date(Date.now() + 3_600_000);
    await utimes(own, inFuture, inFuture);
    let inside = '';
    await withLock(
      path,
      async () => {
        inside = String(await readdir(`${path}.lock`));
        // The one that was given up still lives: neither its renewal nor its end may touch the new lock.
        for (const renew of first.repeating) renew();
        await letGo();
        expect(String(await readdir(`${path}.lock`))).toBe(inside);
      },
      second,
    );
    expect(inside).toMatch(/^owner-[0-9a-f]{24}$/);
    expect(own).not.toContain(inside);
    expect(second.sleptMs).toBeGreaterThan(10_000);
    expect(second.sleptMs).toBeLessThan(10_200);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('fileSessionStore.lock watches a lock that looks old for a quarter of that time', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    const { own } = await hold(path, new TestSystem());
    await moveElsewhere(own);
    const old = new Date(Date.now() - 11_000);
    await utimes(own, old, old);
    await withLock(path, async () => {}, system);
    expect(system.sleptMs).toBeGreaterThan(2_500);
    expect(system.sleptMs).toBeLessThan(2_700);
  });

  test.each([
    [10_000, 10_100],
    [10_001, 2_600],
  ])('fileSessionStore.lock watches a lock that was renewed %i ms ago for more than its time', async (age, watched) => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    const { own } = await hold(path, new TestSystem());
    await moveElsewhere(own);
    await utimes(own, 1_800_000_000, 1_800_000_000);
    vi.spyOn(Date, 'now').mockReturnValue(1_800_000_000_000 + age);
    // Each sleep takes 100 ms.
    vi.spyOn(Math, 'random').mockReturnValue(1);
    await withLock(path, async () => {}, system);
    expect(system.sleptMs).toBe(watched);
  });

  test('fileSessionStore.lock is for its owner alone', async () => {
    const path = join(await folder(), 'session.json');
    const { own, letGo } = await hold(path, new TestSystem());
    const modes = await Promise.all(
      [`${path}.lock`, own].map(async (each) => ((await stat(each)).mode & 0o777).toString(8)),
    );
    expect(modes).toEqual(['700', '600']);
    await letGo();
  });

  test('fileSessionStore.lock is kept by an owner that renews it, however long its work takes (S8)', async () => {
    const path = join(await folder(), 'session.json');
    const [first, second] = [new TestSystem(), new TestSystem()];
    const { own, letGo } = await hold(path, first);
    await moveElsewhere(own);
    let [renewals, before] = [0, 0];
    let free = false;
    second.onSleep = async () => {
      if (second.sleptMs > 50_000) {
        free = true;
        return letGo();
      }
      if (second.sleptMs < renewals * 9_000) return;
      renewals++;
      // As if the machine had been suspended since: it looks old, and is renewed as soon as the owner runs again.
      const old = new Date(Date.now() - 20_000 - renewals);
      if (renewals % 2) await utimes(own, old, old);
      for (const renew of first.repeating) renew();
      before = (await stat(own)).mtimeMs;
      while ((await stat(own)).mtimeMs === before && before < Date.now() - 15_000) await setImmediate();
    };
    await withLock(path, async () => expect(free).toBe(true), second);
    expect(renewals).toBe(6);
    expect(first.repeating.size).toBe(0);
  });

  test('fileSessionStore.lock tells owners apart that follow each other within one tick of a coarse clock', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    const { own } = await hold(path, new TestSystem());
    await moveElsewhere(own);
    let [owners, current] = [1, own];
    system.onSleep = async () => {
      if (system.sleptMs < owners * 9_000) return;
      if (owners === 4) return rm(`${path}.lock`, { recursive: true });
      const next = `${own}${++owners}`;
      await rename(current, next);
      current = next;
    };
    await withLock(path, async () => {}, system);
    expect(system.sleptMs).toBeGreaterThan(36_000);
  });

  test('fileSessionStore.lock renews under the name of its own acquisition alone, once a second', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    const every: number[] = [];
    const { every: original } = system;
    system.every = (ms, run) => {
      every.push(ms);
      return original(ms, run);
    };
    const { own, letGo } = await hold(path, system);
    const old = new Date(1_000_000);
    await utimes(own, old, old);
    for (const renew of system.repeating) renew();
    while ((await stat(own)).mtimeMs === 1_000_000) await setImmediate();
    await letGo();
    expect(every).toEqual([1_000]);
    expect(system.repeating.size).toBe(0);
  });

  test('fileSessionStore.lock goes to one of many that all see its owner dead (S8)', { timeout: 20_000 }, async () => {
    const path = join(await folder(), 'session.json');
    for (let round = 0; round < 10; round++) {
      const { own } = await hold(path, new TestSystem());
      await moveElsewhere(own);
      await utimes(own, 0, 0);
      const system = { ...new TestSystem(), staleAfterMs: 100 };
      let [inside, most, done] = [0, 0, 0];
      await Promise.all(
        Array.from({ length: 8 }, () =>
          withLock(
            path,
            async () => {
              most = Math.max(most, ++inside);
              await readFile(join(path, '..', 'none')).catch(() => {});
              inside--;
              done++;
            },
            system,
          ),
        ),
      );
      expect([most, done]).toEqual([1, 8]);
    }
  });

  test('fileSessionStore.lock judged dead late, after another took it over, does not remove that one', async () => {
    const path = join(await folder(), 'session.json');
    const { own } = await hold(path, new TestSystem());
    // As a latecomer does it that saw the dead owner and then stood still: by the dead owner's name.
    await unlink(own);
    const next = await hold(path, new TestSystem());
    expect((await failure(unlink(own))).message).toContain('ENOENT');
    expect((await failure(rmdir(`${path}.lock`))).message).toMatch(/ENOTEMPTY|EEXIST/);
    await stat(next.own);
    await next.letGo();
  });

  test('fileSessionStore.lock uses an empty folder that a process left which died while it let go', async () => {
    const path = join(await folder(), 'session.json');
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

  test.each(['not JSON', 'null', '{"pid":-1,"machine":"x"}', '{"pid":1.5,"machine":"x"}', '{"pid":1}'])(
    'fileSessionStore.lock goes by age alone when the owner cannot be read: %s',
    async (text) => {
      const path = join(await folder(), 'session.json');
      const system = new TestSystem();
      const { own } = await hold(path, new TestSystem());
      await writeFile(own, text);
      await withLock(path, async () => {}, system);
      expect(system.sleptMs).toBeGreaterThan(10_000);
    },
  );

  test('fileSessionStore.lock respects a fresh plain file in its place, and takes over one that has aged', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    await writeFile(`${path}.lock`, '');
    await withLock(path, async () => {}, system);
    expect(system.sleptMs).toBeGreaterThan(10_000);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test.each(['EPERM', 'EACCES', 'EBUSY', 'EEXIST'])(
    'fileSessionStore.lock waits when the rename says %s, as some systems do for a lock that is held',
    async (code) => {
      const path = join(await folder(), 'session.json');
      const system = new TestSystem();
      const { rename: original } = system;
      let failures = 3;
      system.rename = (from, to) => (failures-- > 0 ? Promise.reject(systemError(code)) : original(from, to));
      expect(await withLock(path, async () => 'in', system)).toBe('in');
      expect(await readdir(join(path, '..'))).toEqual([]);
      expect(system.sleptMs).toBeGreaterThan(74);
    },
  );

  test('fileSessionStore.lock tries again when it was lost in the moment of being taken', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    let taken = 0;
    system.rename = async (from, to) => {
      await rename(from, to);
      if (++taken === 1) await rm(to, { recursive: true });
    };
    expect(await withLock(path, async () => (await readdir(`${path}.lock`)).length, system)).toBe(1);
    expect(taken).toBe(2);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });
});

describe('a lock that cannot be renewed', () => {
  test('fileSessionStore.lock lets go of one that it could not renew when it took it, and takes another', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    let taken = 0;
    system.rename = async (from, to) => {
      await rename(from, to);
      if (++taken > 1) return;
      const [name = ''] = await readdir(to);
      await unlink(join(to, name));
      await symlink('nowhere', join(to, name));
    };
    expect(await withLock(path, async () => (await readdir(`${path}.lock`)).length, system)).toBe(1);
    expect(taken).toBe(2);
    expect(system.sleptMs).toBeLessThanOrEqual(100);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('fileSessionStore.lock lets work go on when it was taken from it meanwhile', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    const { own, letGo } = await hold(path, system);
    await rm(`${path}.lock`, { recursive: true });
    for (const renew of system.repeating) renew();
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    await letGo();
    await expect(stat(own)).rejects.toThrow('ENOENT');
  });
});

describe('a lock that stays held', () => {
  test('fileSessionStore.lock gives up after 60 s, names the process and the path, and never runs its work', async () => {
    const path = join(await folder(), 'session.json');
    const system = new TestSystem();
    // Each sleep takes 100 ms.
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { own, letGo } = await hold(path, new TestSystem());
    let turn = 0;
    system.onSleep = () => utimes(own, ++turn, turn);
    system.rename = () => Promise.reject(systemError('Something was made in vain'));
    let ran = false;
    const error = await failure(
      withLock(
        path,
        async () => {
          ran = true;
        },
        system,
      ),
    );
    expect(error.message).toContain(`The session file ${path} was not locked: ${path}.lock`);
    expect(error.message).toContain(`held by process ${process.pid}`);
    expect(system.sleptMs).toBe(60_000);
    await letGo();
    expect(ran).toBe(false);
  });

  test("fileSessionStore.lock never empties another program's folder in its place", async () => {
    const path = join(await folder(), 'session.json');
    await mkdir(`${path}.lock`);
    await writeFile(join(`${path}.lock`, 'precious'), '');
    await utimes(`${path}.lock`, 0, 0);
    const system = Object.assign(new TestSystem(), { giveUpAfterMs: 15_000 });
    const error = await failure(withLock(path, async () => {}, system));
    expect(error.message).toContain(`${path}.lock has been held by another for too long`);
    expect(await readdir(`${path}.lock`)).toEqual(['precious']);
  });

  test('fileSessionStore.lock gives up where nobody has it, and it cannot be taken either', async () => {
    const path = await folder();
    const system = Object.assign(new TestSystem(), { giveUpAfterMs: 1_000 });
    system.rename = () => Promise.reject(systemError('EPERM'));
    const error = await failure(withLock(join(path, 'session.json'), async () => {}, system));
    expect(error.message).toContain('has been held by another for too long; remove it if no program is at work');
    expect(error.cause).toBeInstanceOf(Error);
    expect(await readdir(path)).toEqual([]);
  });
});
