import { lutimes, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { fileSessionStore } from '../../src/node/index.ts';
import { beside, sessionPath } from './system.ts';

afterEach(() => void vi.restoreAllMocks());

const leftover = (digits: string) => `session.json.${digits.repeat(12)}.tmp`;
const setAge = async (path: string, now: number, ageMs: number) => {
  const time = (now - ageMs) / 1000;
  await lutimes(path, time, time);
};

test.each(['write', 'clear'] as const)(
  'fileSessionStore.%s removes what killed processes left ten minutes ago, and nothing else',
  async (call) => {
    const path = await sessionPath();
    const at = dirname(path);
    const lockLeft = `session.json.lock.${'1b'.repeat(12)}.tmp`;
    const [young, gone] = [leftover('2c'), leftover('5f')];
    const others = [
      `${leftover('3d')}2`,
      `session.json.x${'3d'.repeat(12)}.tmp`,
      `session.json.x.${'3d'.repeat(12)}.tmp`,
      `another.json.${'4e'.repeat(12)}.tmp`,
      'session.json.tmp',
    ];
    await mkdir(join(at, lockLeft));
    for (const name of [young, leftover('0a'), ...others, join(lockLeft, 'owner-1')]) {
      await writeFile(join(at, name), '');
    }
    await symlink('nowhere', join(at, gone));
    for (const name of [leftover('0a'), lockLeft, ...others]) await setAge(join(at, name), Date.now(), 610_000);
    // Whatever the clock of this machine says: those of the files are the file server's.
    vi.spyOn(Date, 'now').mockReturnValue(0);
    await fileSessionStore(path)[call]({ token: 't' });
    expect((await beside(path)).filter((name) => name !== 'session.json')).toEqual([young, gone, ...others].sort());
  },
);

test.each([
  [600_000, true],
  [601_000, false],
])(
  'fileSessionStore takes a file left %i ms before the last change in its folder for in use: %s',
  async (ageMs, inUse) => {
    const path = await sessionPath();
    const left = join(dirname(path), leftover('0a'));
    await writeFile(left, '');
    // Another machine's clock, far from ours.
    const now = 1_000_000_000_000;
    await setAge(left, now, ageMs);
    await setAge(dirname(path), now, 0);
    await fileSessionStore(path).clear();
    expect(await beside(path)).toEqual(inUse ? [leftover('0a')] : []);
  },
);
