import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { fileSessionStore } from '../../src/node/index.ts';
import { withLock } from '../../src/node/lock.ts';
import { hold } from './hold.ts';
import { beside, sessionPath, TestSystem } from './system.ts';

const contender = fileURLToPath(new URL('contender.ts', import.meta.url));

function start(...args: string[]): ChildProcess {
  return run(process.execPath, '--import', 'tsx', contender, ...args);
}

function run(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function line(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('Started without a pipe');
  const [text] = await once(createInterface(child.stdout), 'line');
  return String(text);
}

test('fileSessionStore.lock lets two processes in one at a time (S8)', { timeout: 20_000 }, async () => {
  const path = await sessionPath();
  const children = [start('count', path, '15'), start('count', path, '15')];
  expect(await Promise.all(children.map(line))).toEqual(['done', 'done']);
  expect(await readFile(`${path}.count`, 'utf8')).toBe('30');
});

test('fileSessionStore.lock goes to the next at once when its holder was killed (S8)', {
  timeout: 20_000,
}, async () => {
  const path = await sessionPath();
  const child = start('hold', path);
  expect(await line(child)).toBe('held');
  const system = new TestSystem();
  let killed: Promise<unknown> | undefined;
  system.onSleep = () => {
    // It waits for the living, and is told of the death by the number of the process alone.
    if (system.sleptMs > 200 && !killed) {
      killed = once(child, 'exit');
      child.kill('SIGKILL');
    }
    return killed;
  };
  expect(await withLock(path, async () => 'taken over', system)).toBe('taken over');
  expect(system.sleptMs).toBeGreaterThan(200);
  expect(system.sleptMs).toBeLessThan(500);
  expect(await beside(path)).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'fileSessionStore.lock is for its owner alone, who can use it whatever the umask (S8)',
  { timeout: 20_000 },
  async () => {
    const path = await sessionPath();
    const script = 'umask 0177 && exec "$@"';
    const hold = run('sh', '-c', script, 'sh', process.execPath, '--import', 'tsx', contender, 'hold', path);
    expect(await line(hold)).toBe('held');
    expect((await stat(`${path}.lock`)).mode & 0o777).toBe(0o700);
  },
);

test('fileSessionStore.lock keeps no process alive whose wait was aborted (S14)', { timeout: 20_000 }, async () => {
  const path = await sessionPath();
  const { release } = await hold(path);
  const child = start('wait', path);
  const exit = once(child, 'exit');
  expect(await line(child)).toBe('waiting');
  const said = line(child);
  child.kill('SIGTERM');
  expect(await said).toContain(`${path}.lock is held by process ${process.pid} on this machine`);
  expect(await exit).toEqual([0, null]);
  expect(await beside(path)).toEqual(['session.json.lock']);
  await release();
});

test('fileSessionStore.lock keeps no process alive whose work is done, or waits for nothing', {
  timeout: 20_000,
}, async () => {
  const path = await sessionPath();
  await fileSessionStore(path).write({ token: 'shared' });
  const child = start('print', path);
  const exit = once(child, 'exit');
  expect(await line(child)).toBe('{"token":"shared"}');
  expect(await exit).toEqual([0, null]);
  const others = [start('count', path, '1'), start('abandon', path)];
  expect(await Promise.all(others.map((other) => once(other, 'exit')))).toEqual(others.map(() => [0, null]));
});
