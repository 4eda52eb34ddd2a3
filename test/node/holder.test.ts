import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Holder, isGone, parseHolder, thisHolder } from '../../src/node/holder.ts';
import { folder } from './system.ts';

// Beyond the numbers that any of our systems gives to a process.
const nobody = 2 ** 30;

test('isGone knows a dead process of this machine, and only of one that can be told from others', async () => {
  const here = await thisHolder();
  expect(here).toEqual({ pid: process.pid, machine: expect.any(String) });
  const gone: Holder = { pid: nobody, machine: here.machine };
  const unknown: Holder = { pid: nobody, machine: null };
  expect(isGone(gone, here)).toBe(true);
  for (const holder of [here, { ...gone, machine: 'another' }, null]) expect(isGone(holder, here)).toBe(false);
  expect(isGone(unknown, unknown)).toBe(false);
  // A process that may not be asked is taken for alive.
  vi.spyOn(process, 'kill').mockImplementationOnce(() => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  expect(isGone(gone, here)).toBe(false);
  vi.restoreAllMocks();
});

test('thisHolder names the machine on every platform, and the same one at each call', async () => {
  for (const platform of ['linux', 'darwin', 'win32']) {
    const { machine } = await thisHolder(platform);
    if (platform === 'linux' && process.platform !== 'linux') expect(machine).toBeNull();
    else expect(machine).toMatch(/^\S+ .+$/);
  }
  if (process.platform === 'linux') expect(await thisHolder()).toEqual(await thisHolder());
});

test('thisHolder tells machines apart by their start and by how they number their processes on Linux', async () => {
  const proc = await folder();
  await mkdir(join(proc, 'sys', 'kernel', 'random'), { recursive: true });
  await mkdir(join(proc, 'self', 'ns'), { recursive: true });
  await writeFile(join(proc, 'sys', 'kernel', 'random', 'boot_id'), 'a-start\n');
  expect(await thisHolder('linux', proc)).toEqual({ pid: process.pid, machine: null });
  await symlink('pid:[1]', join(proc, 'self', 'ns', 'pid'));
  expect(await thisHolder('linux', proc)).toEqual({ pid: process.pid, machine: 'a-start pid:[1]' });
});

test.skipIf(process.platform !== 'linux')('thisHolder asks /proc on Linux', async () => {
  const start = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  expect((await thisHolder()).machine).toBe(`${start} ${await readlink('/proc/self/ns/pid')}`);
});

test('thisHolder tells machines apart by their name and the minute of their start elsewhere', async () => {
  const minute = (): string => `${hostname()} ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  const before = minute();
  const { machine } = await thisHolder('darwin');
  expect([before, minute()]).toContain(machine);
});

test('parseHolder gives a holder, and null for anything else', () => {
  expect(parseHolder('{"pid":7,"machine":"m","more":1}')).toEqual({ pid: 7, machine: 'm' });
  const wrong = ['', 'not JSON', 'null', '[]', '{"pid":1}', '{"pid":7,"machine":null}'];
  const numbers = ['"7"', '0', '-1', '1.5'].map((pid) => `{"pid":${pid},"machine":"m"}`);
  for (const text of [...wrong, ...numbers]) expect(parseHolder(text)).toBeNull();
});
