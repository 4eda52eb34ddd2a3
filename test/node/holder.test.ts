import { expect, test } from 'vitest';
import { type Holder, isGone, parseHolder, thisHolder } from '../../src/node/holder.ts';

// Beyond the numbers that any of our systems gives to a process.
const nobody = 2 ** 30;

test('isGone knows a dead process of this machine, and only of this one', async () => {
  const here = await thisHolder();
  expect(here).toEqual({ pid: process.pid, machine: expect.any(String) });
  const gone: Holder = { pid: nobody, machine: here.machine };
  expect(isGone(here, here)).toBe(false);
  expect(isGone(gone, here)).toBe(true);
  expect(isGone({ ...gone, machine: 'another' }, here)).toBe(false);
  expect(isGone(null, here)).toBe(false);
});

test('isGone says nothing where machines cannot be told apart', () => {
  const unknown: Holder = { pid: nobody, machine: null };
  expect(isGone(unknown, unknown)).toBe(false);
});

test('isGone takes a process that may not be asked for alive', async () => {
  const here = await thisHolder();
  const { kill } = process;
  process.kill = () => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  };
  try {
    expect(isGone({ pid: nobody, machine: here.machine }, here)).toBe(false);
  } finally {
    process.kill = kill;
  }
});

test('thisHolder names the machine on every platform, and the same one at each call', async () => {
  for (const platform of ['linux', 'darwin', 'win32']) {
    const { machine } = await thisHolder(platform);
    if (platform === 'linux' && process.platform !== 'linux') expect(machine).toBeNull();
    else expect(machine).toMatch(/^\S+ .+$/);
  }
  if (process.platform === 'linux') expect(await thisHolder()).toEqual(await thisHolder());
});

test('parseHolder gives a holder, and null for anything else', () => {
  expect(parseHolder('{"pid":7,"machine":"m","more":1}')).toEqual({ pid: 7, machine: 'm' });
  for (const text of [
    '',
    '[]',
    '{}',
    '{"pid":"7","machine":"m"}',
    '{"pid":0,"machine":"m"}',
    '{"pid":7,"machine":null}',
  ]) {
    expect(parseHolder(text)).toBeNull();
  }
});
