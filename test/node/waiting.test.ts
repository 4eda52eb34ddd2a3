import { mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { withLock } from '../../src/node/lock.ts';
import { hold, holdElsewhere, nothing, sleepLong } from './hold.ts';
import { beside, failure, folder, sessionPath, systemError, TestSystem } from './system.ts';

afterEach(() => void vi.restoreAllMocks());

const here = `process ${process.pid} on this machine`;
const there = `process ${process.pid} on another machine or container`;

/** Holders of a lock, and how an error names them. */
const holders: [string, (path: string) => unknown][] = [
  [here, (path) => hold(path)],
  [there, (path) => holdElsewhere(path)],
  ['an unknown process', async (path) => writeFile((await hold(path)).own, '')],
  ['an unknown process', (path) => writeFile(`${path}.lock`, 'a secret of another program')],
];

/** The error of whoever waited in vain. */
const inVain = (path: string, who: string, end: string) => {
  const why = who === 'nobody' ? `but ${end}` : `and ${end}; remove it if no program uses it any more`;
  return `The session file ${path} was not locked: ${path}.lock is held by ${who}, ${why}`;
};

describe('a lock that stays held', () => {
  test.each(holders)(
    'fileSessionStore.lock gives up after 20 s, and names both paths and %s (%#)',
    async (who, begin) => {
      sleepLong();
      const path = await sessionPath();
      await begin(path);
      const [name = ''] = await readdir(`${path}.lock`).catch(() => []);
      const [system, work] = [new TestSystem(), vi.fn(nothing)];
      let turn = 0;
      system.onSleep = () => utimes(join(`${path}.lock`, name), ++turn, turn);
      system.rename = () => Promise.reject(systemError('Something was made in vain'));
      const error = await failure(withLock(path, work, system));
      expect(error.message).toBe(inVain(path, who, 'could not be taken within 20 s'));
      expect(system.sleptMs).toBe(20_000);
      expect(work).not.toHaveBeenCalled();
      expect(await beside(path)).toEqual(['session.json.lock']);
    },
  );

  test("fileSessionStore.lock never empties another program's folder in its place", async () => {
    const path = await sessionPath();
    await mkdir(`${path}.lock`);
    await writeFile(join(`${path}.lock`, 'precious'), '');
    const system = Object.assign(new TestSystem(), { giveUpAfterMs: 15_000 });
    const error = await failure(withLock(path, nothing, system));
    expect(error.message).toBe(inVain(path, 'an unknown process', 'could not be taken within 15 s'));
    expect(await readdir(`${path}.lock`)).toEqual(['precious']);
  });

  test('fileSessionStore.lock gives up where nobody has it, and it cannot be taken either', async () => {
    const path = await sessionPath();
    const system = Object.assign(new TestSystem(), { giveUpAfterMs: 1_000 });
    system.rename = () => Promise.reject(systemError('EPERM'));
    const error = await failure(withLock(path, nothing, system));
    expect(error.message).toBe(inVain(path, 'nobody', 'could not be taken within 1 s'));
    expect(error.cause).toBeInstanceOf(Error);
    expect(await beside(path)).toEqual([]);
  });
});

describe('a wait that is aborted', () => {
  test.each(holders)(
    'fileSessionStore.lock stops waiting when its signal is aborted, and names %s (%#)',
    async (who, begin) => {
      const path = await sessionPath();
      await begin(path);
      const [system, abort, work] = [new TestSystem(), new AbortController(), vi.fn(nothing)];
      let sleptMs = 0;
      system.onSleep = () => {
        if (system.sleptMs < 300) return;
        sleptMs = system.sleptMs;
        abort.abort();
      };
      const { signal } = abort;
      const error = await failure(createFileSessionStore(path, system).lock?.(work, { signal }));
      expect(error.message).toBe(inVain(path, who, 'the wait was aborted'));
      expect(system.sleptMs).toBe(sleptMs);
      expect(work).not.toHaveBeenCalled();
      expect(await beside(path)).toEqual(['session.json.lock']);
    },
  );

  test('fileSessionStore.lock makes nothing under a signal that is aborted already', async () => {
    const path = join(await folder(), 'new', 'session.json');
    const work = vi.fn(nothing);
    const lock = () => failure(fileSessionStore(path).lock?.(work, { signal: AbortSignal.abort() }));
    expect((await lock()).message).toBe(inVain(path, 'nobody', 'the wait was aborted'));
    expect(await beside(dirname(path))).toEqual([]);
    const { release } = await hold(path);
    expect((await lock()).message).toBe(inVain(path, here, 'the wait was aborted'));
    await release();
    expect(work).not.toHaveBeenCalled();
    expect(await beside(path)).toEqual([]);
  });

  test.each([
    ['fails', () => Promise.reject(systemError('EEXIST'))],
    ['succeeds', rename],
  ])(
    'fileSessionStore.lock leaves nothing when it is aborted while it takes the lock, and the rename %s',
    async (_, result) => {
      const path = await sessionPath();
      const [system, abort, work] = [new TestSystem(), new AbortController(), vi.fn(nothing)];
      system.rename = (from, to) => {
        abort.abort();
        return result(from, to);
      };
      const error = await failure(withLock(path, work, system, abort.signal));
      expect(error.message).toBe(inVain(path, 'nobody', 'the wait was aborted'));
      expect(work).not.toHaveBeenCalled();
      expect(system.sleptMs).toBe(0);
      expect(await beside(path)).toEqual([]);
    },
  );

  test('fileSessionStore.lock lets work end that has begun when its signal is aborted', async () => {
    const path = await sessionPath();
    const abort = new AbortController();
    const work = async () => {
      abort.abort();
      await setImmediate();
      expect(await beside(path)).toEqual(['session.json.lock']);
      return 'done';
    };
    expect(await withLock(path, work, new TestSystem(), abort.signal)).toBe('done');
    expect(await beside(path)).toEqual([]);
  });
});
