import { lstat, mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fileSessionStore } from '../../src/node/index.ts';
import { thrownBy } from '../support/outcome.ts';
import { failure, folder, session } from './system.ts';

describe('links', () => {
  test('fileSessionStore follows a link to the file, and keeps the link', async () => {
    const path = await folder();
    const [file, link] = [join(path, 'real', 'session.json'), join(path, 'link')];
    await mkdir(join(path, 'real'));
    await writeFile(file, '{"token":"old"}');
    await symlink(join('real', 'session.json'), link);
    const store = fileSessionStore(link);
    expect(await store.read()).toStrictEqual({ token: 'old' });
    await store.write(session);
    expect((await lstat(file)).isFile()).toBe(true);
    expect(await fileSessionStore(file).read()).toStrictEqual(session);
    await store.lock?.(async () => expect(await readdir(join(path, 'real'))).toContain('session.json.lock'));
    await store.clear();
    expect(await readdir(join(path, 'real'))).toEqual([]);
    expect(await readlink(link)).toBe(join('real', 'session.json'));
  });

  test('fileSessionStore follows a link to a file that is not there yet, through linked folders', async () => {
    const path = await folder();
    await mkdir(join(path, 'deep', 'folder'), { recursive: true });
    await symlink(join('deep', 'folder'), join(path, 'short'));
    await symlink(join('..', 'session.json'), join(path, 'short', 'link'));
    const store = fileSessionStore(join(path, 'short', 'link'));
    expect(await store.read()).toBeNull();
    await store.write(session);
    expect(await readdir(join(path, 'deep'))).toEqual(['folder', 'session.json']);
    expect(await store.read()).toStrictEqual(session);
  });

  test('fileSessionStore follows a link in an absolute path before it goes up from there', async () => {
    const path = await folder();
    await mkdir(join(path, 'releases', 'one'), { recursive: true });
    await symlink(join('releases', 'one'), join(path, 'current'));
    await fileSessionStore(`${path}/current/../session.json`).write(session);
    expect(await fileSessionStore(join(path, 'releases', 'session.json')).read()).toStrictEqual(session);
  });

  test('fileSessionStore follows a link in the target of a link before it goes up from there', async () => {
    const path = await folder();
    await mkdir(join(path, 'releases', 'one'), { recursive: true });
    await symlink(join('releases', 'one'), join(path, 'current'));
    for (const [name, target] of [
      ['relative', 'current/../first.json'],
      ['absolute', `${path}/current/../second.json`],
    ] as const) {
      await symlink(target, join(path, name));
      await fileSessionStore(join(path, name)).write(session);
    }
    expect((await readdir(join(path, 'releases'))).sort()).toEqual(['first.json', 'one', 'second.json']);
  });

  test('fileSessionStore fails on links that go round in a circle', async () => {
    const path = await folder();
    await symlink('b', join(path, 'a'));
    await symlink('a', join(path, 'b'));
    const store = fileSessionStore(join(path, 'a'));
    expect((await failure(store.read())).message).toContain('ELOOP');
    await failure(store.write(session));
    expect((await failure(store.lock?.(async () => {}))).message).toContain(
      `The session file ${join(path, 'a')} was not locked: ELOOP`,
    );
  });
});

describe('the argument of fileSessionStore', () => {
  test('fileSessionStore throws invalid_argument at once for what is no path', () => {
    const urls = ['https://q.trap.jp/session.json', 'file:///session%00.json'].map((url) => new URL(url));
    for (const path of [undefined, null, '', 3, { path: 'x' }, 'session\0.json', ...urls]) {
      const { code, message } = thrownBy(() => fileSessionStore(path as string));
      expect(code).toBe('invalid_argument');
      expect(message).toContain('"path"');
    }
  });

  test('fileSessionStore takes a file: URL', async () => {
    const path = join(await folder(), 'a session%.json');
    await fileSessionStore(pathToFileURL(path)).write(session);
    expect(await fileSessionStore(path).read()).toStrictEqual(session);
  });

  test('fileSessionStore takes a relative path from the working directory of the moment it is called', async () => {
    const path = await folder();
    const before = process.cwd();
    const store = fileSessionStore(relative(before, join(path, 'session.json')));
    const error = await failure(store.write({ token: '' }));
    expect(error.message).toContain(join(path, 'session.json'));
    await store.write(session);
    expect(await readdir(path)).toEqual(['session.json']);
    // Text is a path, whatever it looks like.
    const named = await failure(fileSessionStore('file:///session.json').write({ token: '' }));
    expect(named.message).toContain(join(before, 'file:', 'session.json'));
  });

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

  test('fileSessionStore keeps the root a folder, which holds no session', async () => {
    expect((await failure(fileSessionStore('/').read())).message).toContain('it is not a regular file');
  });
});
