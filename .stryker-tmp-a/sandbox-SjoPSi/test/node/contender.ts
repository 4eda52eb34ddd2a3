// A process of its own for the tests of the lock.
// `hold`: takes the lock, says so and never lets go.
// `count`: adds to a counter under the lock, again and again, and fails when another is in there too.
// `abandon`: takes the lock for work that waits for nothing, and comes to its end.
// `print`: prints the session.
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileSessionStore } from '../../src/node/index.ts';

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
