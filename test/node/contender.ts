// A process of its own for the tests of the lock.
// `hold`: takes the lock, says so and never lets go.
// `count`: adds to a counter under the lock, again and again, and fails when another is in there too.
// `abandon`: takes the lock for work that waits for nothing, and comes to its end.
// `print`: prints the session.
// `wait`: waits for a lock that another process holds, until SIGTERM, and prints the error.
// `story`: writes two sessions and clears, and prints what it reads after each step. It sleeps for no time.

import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { system } from '../../src/node/system.ts';

const [what, path = '', rounds = '0'] = process.argv.slice(2);
const store = fileSessionStore(path);

if (what === 'hold') {
  await store.lock?.(async () => {
    console.log('held');
    await new Promise((resolve) => setInterval(resolve, 2 ** 30));
    await new Promise(() => {});
  });
}

if (what === 'abandon') void store.lock?.(() => new Promise(() => {}));

if (what === 'count') {
  for (let round = 0; round < Number(rounds); round++) {
    await store.lock?.(async () => {
      await mkdir(`${path}.inside`);
      const count = Number(await readFile(`${path}.count`, 'utf8').catch(() => '0'));
      for (let turn = 0; turn < 10; turn++) await setImmediate();
      await writeFile(`${path}.count`, String(count + 1));
      await rmdir(`${path}.inside`);
    });
  }
  console.log('done');
}

if (what === 'print') console.log(JSON.stringify(await store.read()));

if (what === 'wait') {
  const abort = new AbortController();
  process.once('SIGTERM', () => abort.abort());
  console.log('waiting');
  await store.lock?.(async () => console.log('in'), abort).catch((error) => console.log(error.message));
}

if (what === 'story') {
  const quick = createFileSessionStore(path, { ...system, sleep: async () => {} });
  const steps = [() => quick.write({ token: 'first' }), () => quick.write({ token: 'second' }), () => quick.clear()];
  const seen: unknown[] = [];
  for (const step of steps) {
    await quick.lock?.(async () => step());
    seen.push(await quick.read());
  }
  console.log(JSON.stringify(seen));
}
