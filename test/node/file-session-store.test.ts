import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isTraqError } from '../../src/errors.ts';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import type { StoredSession } from '../../src/session-store.ts';
import { beside, failure, folder, sessionPath, TestSystem } from './system.ts';

const session: StoredSession = { token: 'a-token-of-a-session', issuedAt: 1_767_225_600_000 };
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

afterEach(() => void vi.restoreAllMocks());

describe('the file of fileSessionStore', () => {
  test('fileSessionStore.read gives null where there is no file and no folder (S8)', async () => {
    const path = await folder();
    expect(await fileSessionStore(join(path, 'session.json')).read()).toBeNull();
    expect(await fileSessionStore(join(path, 'no', 'folder', 'session.json')).read()).toBeNull();
    expect(await readdir(path)).toEqual([]);
  });

  test.each<[string, StoredSession, StoredSession]>([
    ['both fields', { issuedAt: 5, token: 't' }, { token: 't', issuedAt: 5 }],
    ['no issuedAt that is absent', { token: 't' }, { token: 't' }],
    ['no issuedAt that is undefined', { token: 't', issuedAt: undefined }, { token: 't' }],
    ['no other field', { token: 't', password: 'hunter2' } as StoredSession, { token: 't' }],
  ])('fileSessionStore.write keeps %s, as plain JSON that read gives back (S8)', async (_, written, kept) => {
    const path = await sessionPath();
    await fileSessionStore(path).write(written);
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(kept)}\n`);
    expect(await fileSessionStore(path).read()).toStrictEqual(kept);
  });

  test('fileSessionStore.write replaces a session, for its owner alone even if the old file was open to all (S8)', async () => {
    const path = await sessionPath();
    await writeFile(path, '{"token":"old"}');
    await chmod(path, 0o666);
    await fileSessionStore(path).write(session);
    expect(await fileSessionStore(path).read()).toStrictEqual(session);
    expect(await mode(path)).toBe('600');
  });

  test('fileSessionStore.write makes a new file with mode 0600 in new folders with mode 0700, and leaves nothing else', async () => {
    const path = await folder();
    const store = fileSessionStore(join(path, 'a', 'b', 'session.json'));
    await store.write(session);
    expect(await mode(join(path, 'a'))).toBe('700');
    expect(await mode(join(path, 'a', 'b'))).toBe('700');
    expect(await mode(join(path, 'a', 'b', 'session.json'))).toBe('600');
    expect(await readdir(join(path, 'a', 'b'))).toEqual(['session.json']);
  });

  test('fileSessionStore.clear is content when others remove the file at the same moment', async () => {
    const path = await folder();
    const store = fileSessionStore(join(path, 'session.json'));
    for (let round = 0; round < 10; round++) {
      await store.write(session);
      // One after the other, so that each is at another place when the first is done.
      const clears: Promise<void>[] = [];
      for (let count = 0; count < 20; count++) {
        clears.push(Promise.resolve(store.clear()));
        await setImmediate();
      }
      await Promise.all(clears);
    }
    expect(await readdir(path)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('fileSessionStore leaves no file open', async () => {
    const path = join(await folder(), 'session.json');
    const store = fileSessionStore(path);
    const open = async () => {
      const all = await readdir('/proc/self/fd');
      const links = await Promise.all(all.map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')));
      return links.filter((link) => link.startsWith(path));
    };
    await store.write(session);
    expect(await open()).toEqual([]);
    await store.read();
    expect(await open()).toEqual([]);
    await writeFile(path, 'not a session'.padEnd(65_537));
    await failure(store.read());
    expect(await open()).toEqual([]);
  });

  test('fileSessionStore.clear removes the file, and is content without one', async () => {
    const path = await folder();
    const store = fileSessionStore(join(path, 'session.json'));
    await store.write(session);
    await store.clear();
    await store.clear();
    await fileSessionStore(join(path, 'no', 'session.json')).clear();
    expect(await store.read()).toBeNull();
    expect(await readdir(path)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['no session at all', null],
    ['no token', {}],
    ['an empty token', { token: '' }],
    ['a token with a semicolon', { token: 'a;b' }],
    ['a token with a line break', { token: 'a\n' }],
    ['a token of 4,097 characters', { token: 'x'.repeat(4097) }],
    ['an issuedAt that is not a number', { token: 'secret-token', issuedAt: Number.NaN }],
    ['an issuedAt that is text', { token: 'secret-token', issuedAt: '2026-01-01' }],
  ])('fileSessionStore.write refuses %s, and keeps what is there', async (_, nonsense) => {
    const path = await sessionPath();
    const store = fileSessionStore(path);
    await store.write(session);
    const error = await failure(store.write(nonsense as StoredSession));
    expect(error.message).toContain(`The session file ${path} was not written: `);
    expect(error.message).toContain('"token" must be 1 to 4,096 cookie characters, and "issuedAt" a finite number');
    expect(inspect(error, { depth: 9 })).not.toContain('secret-token');
    expect(await store.read()).toStrictEqual(session);
  });

  test('fileSessionStore takes tokens of 1 and of 4,096 cookie characters', async () => {
    const store = fileSessionStore(join(await folder(), 'session.json'));
    for (const token of ['!', '~'.repeat(4096), "#$%&'()*+-./0123456789:<=>?@AZ[]^_`az{|}~"]) {
      await store.write({ token, issuedAt: -0.5 });
      expect(await store.read()).toStrictEqual({ token, issuedAt: -0.5 });
    }
  });
});

describe('an empty file', () => {
  test.each([
    ['nothing', ''],
    ['a line break', '\r\n'],
    ['blanks, up to 64 KiB', ' '.repeat(65_536)],
    ['a byte order mark', '\uFEFF'],
  ])('fileSessionStore takes a file with %s in it for no session, and writes to it (S8)', async (_, blank) => {
    const path = await sessionPath();
    await writeFile(path, blank);
    const store = fileSessionStore(path);
    expect(await store.read()).toBeNull();
    await store.clear();
    expect(await readFile(path, 'utf8')).toBe(blank);
    await store.lock?.(async () => store.write(session));
    expect(await store.read()).toStrictEqual(session);
    expect(await mode(path)).toBe('600');
    expect(await beside(path)).toEqual(['session.json']);
  });
});

describe('a file that is not a session', () => {
  const canary = 'canary-secret';
  const padding = ' '.repeat(65_536);
  test.each<[string, string | Uint8Array]>([
    ['NUL characters', '\0\0'],
    ['text', canary],
    ['half of a session', `{"token":"${canary}`],
    ['an array', `["${canary}"]`],
    ['null', 'null'],
    ['a string', `"${canary}"`],
    ['an object without a token', `{"issuedAt":1,"x":"${canary}"}`],
    ['a token of another type', `{"token":["${canary}"]}`],
    ['an empty token', '{"token":""}'],
    ['a token with a space', `{"token":"${canary} x"}`],
    ['a token with a quote', `{"token":"${canary}\\""}`],
    ['a token beyond ASCII', `{"token":"${canary}é"}`],
    ['a token that is too long', `{"token":"${canary.padEnd(4097, 'x')}"}`],
    ['an issuedAt of null', `{"token":"${canary}","issuedAt":null}`],
    ['an issuedAt of text', `{"token":"${canary}","issuedAt":"1"}`],
    ['an issuedAt without bounds', `{"token":"${canary}","issuedAt":1e999}`],
    ["another program's fields", `{"token":"${canary}","user":"alice"}`],
    ['a prototype', `{"token":"${canary}","__proto__":{}}`],
    ['bytes', Uint8Array.of(0, 255, 1, 254)],
    ['more than 64 KiB', `{"token":"${canary}"}${padding}`],
  ])('fileSessionStore refuses %s in all three methods, and leaves it as it is (S8)', async (_, content) => {
    const path = await sessionPath();
    await writeFile(path, content);
    const store = fileSessionStore(path);
    const before = await stat(path);
    for (const [call, done] of [
      [() => store.read(), 'read'],
      [() => store.write(session), 'written'],
      [() => store.clear(), 'cleared'],
    ] as const) {
      const error = await failure(call());
      expect(error.message).toMatch(new RegExp(`^The session file .+ was not ${done}: it `));
      expect(error.message).toContain(path);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary);
    }
    expect(await readFile(path)).toEqual(Buffer.from(content));
    expect((await stat(path)).ino).toBe(before.ino);
    expect(await beside(path)).toEqual(['session.json']);
  });

  test.each([
    ['text', 'it is not JSON'],
    ['{}', 'it does not hold { "token": string, "issuedAt"?: number } and nothing else'],
  ])('fileSessionStore.read says what is wrong with "%s"', async (content, what) => {
    const path = await sessionPath();
    await writeFile(path, content);
    expect((await failure(fileSessionStore(path).read())).message).toBe(
      `The session file ${path} was not read: ${what}`,
    );
  });

  test('fileSessionStore takes a session followed by blanks, up to 64 KiB', async () => {
    const path = await sessionPath();
    await writeFile(path, '{"token":"t"}'.padEnd(65_536));
    expect(await fileSessionStore(path).read()).toStrictEqual({ token: 't' });
    await appendFile(path, ' ');
    expect((await failure(fileSessionStore(path).read())).message).toContain('larger than 64 KiB');
  });

  test('fileSessionStore refuses a folder in place of the file, and a file in place of the folder (S8)', async () => {
    const path = await sessionPath();
    await mkdir(path);
    for (const call of ['read', 'write', 'clear'] as const) {
      expect((await failure(fileSessionStore(path)[call](session))).message).toContain('it is not a regular file');
    }
    expect((await lstat(path)).isDirectory()).toBe(true);
    await writeFile(join(path, 'file'), '');
    const below = fileSessionStore(join(path, 'file', 'session.json'));
    expect((await failure(below.read())).message).toContain(join(path, 'file', 'session.json'));
    await failure(below.write(session));
    await failure(below.lock?.(async () => {}));
  });
});

describe('what is no file at all', () => {
  test('fileSessionStore refuses a named pipe without waiting for its writer, and a socket', async () => {
    const path = await folder();
    execFileSync('mkfifo', [join(path, 'pipe')]);
    const server = createServer().listen(join(path, 'socket'));
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    for (const name of ['pipe', 'socket']) {
      for (const call of ['read', 'write', 'clear'] as const) {
        const error = await failure(fileSessionStore(join(path, name))[call](session));
        expect(error.message).toContain(`The session file ${join(path, name)} was not `);
      }
    }
    expect(await readdir(path)).toEqual(['pipe', 'socket']);
  });
});

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

describe('an interrupted write', () => {
  const stored = fc.record({ token: fc.stringMatching(/^[!#-+\--:<-[\]-~]{1,80}$/), issuedAt: fc.integer() });

  test('fileSessionStore.write leaves the old file whole when the process dies before the rename (S8)', async () => {
    const path = await sessionPath();
    await fc.assert(
      fc.asyncProperty(stored, stored, async (old, next) => {
        await fileSessionStore(path).write(old);
        const dying = new TestSystem();
        const reached = new Promise<[string, string]>((resolve) => {
          dying.rename = (from, to) => {
            resolve([from, to]);
            return new Promise(() => {});
          };
        });
        void createFileSessionStore(path, dying).write(next);
        const [from, to] = await reached;
        expect(to).toBe(path);
        expect(await mode(from)).toBe('600');
        expect(JSON.parse(await readFile(from, 'utf8'))).toEqual(next);
        expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(old);
        expect(await fileSessionStore(path).read()).toEqual(old);
        await unlink(from);
      }),
      { numRuns: 50 },
    );
  });

  test('fileSessionStore.write tells why its temporary file could not be made', async () => {
    // Long enough for a name, and too long for that of the file beside it.
    const path = join(await folder(), 's'.repeat(250));
    const error = await failure(fileSessionStore(path).write(session));
    expect(error.cause).toMatchObject({ code: 'ENAMETOOLONG', syscall: 'open' });
  });

  test('fileSessionStore passes on what was thrown even if it is not an error', async () => {
    const system = new TestSystem();
    system.rename = () => Promise.reject('no error');
    const store = createFileSessionStore(join(await folder(), 'session.json'), system);
    expect((await failure(store.write(session))).message).toMatch(/was not written: no error$/);
  });

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
      await fileSessionStore(path)[call](session);
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
      const now = Date.now() - 3_600_000_000;
      await setAge(left, now, ageMs);
      await setAge(dirname(path), now, 0);
      await fileSessionStore(path).clear();
      expect(await beside(path)).toEqual(inUse ? [leftover('0a')] : []);
    },
  );
});

describe('the argument of fileSessionStore', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['a number', 3],
    ['an object', { path: 'x' }],
    ['a NUL character', 'session\0.json'],
    ['an http: URL', new URL('https://q.trap.jp/session.json')],
    ['a file: URL with a NUL character', new URL('file:///session%00.json')],
  ])('fileSessionStore throws invalid_argument at once for %s', (_, path) => {
    let caught: unknown;
    try {
      fileSessionStore(path as string);
    } catch (error) {
      caught = error;
    }
    expect(isTraqError(caught, 'invalid_argument') && caught.message).toContain('"path"');
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
});
