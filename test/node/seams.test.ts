import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { fileSessionStore } from '../../src/node/index.ts';
import { failure, folder, session } from './system.ts';

test.for([
  ['an absolute path', (path: string) => path],
  ['an absolute path with two of them', (path: string) => `${path}/`],
  ['a relative path', (path: string) => relative(process.cwd(), path.slice(0, -1)).concat('/')],
  ['a file: URL', (path: string) => pathToFileURL(path)],
] as const)('fileSessionStore reads and clears what it wrote when %s ends with a slash', async ([, given]) => {
  const path = await folder();
  const store = fileSessionStore(given(`${join(path, 'session')}/`));
  await store.write(session);
  expect(await readdir(path)).toEqual(['session']);
  expect(await store.read()).toStrictEqual(session);
  await store.clear();
  expect(await readdir(path)).toEqual([]);
});

test('fileSessionStore follows a link in an absolute path before it goes up from there', async () => {
  const path = await folder();
  await mkdir(join(path, 'releases', 'one'), { recursive: true });
  await symlink(join('releases', 'one'), join(path, 'current'));
  await fileSessionStore(`${path}/current/../session.json`).write(session);
  expect(JSON.parse(await readFile(join(path, 'releases', 'session.json'), 'utf8'))).toStrictEqual(session);
});

test('fileSessionStore keeps the root a folder, which holds no session', async () => {
  expect((await failure(fileSessionStore('/').read())).message).toContain('it is not a regular file');
});
