import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredSession } from '../../src/models.ts';
import { createFileSessionStore } from '../../src/node/file-session-store.ts';
import { fileSessionStore } from '../../src/node/index.ts';
import { beside, failure, folder, session, sessionPath, TestSystem } from './system.ts';

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the file of fileSessionStore', () => {
  test('fileSessionStore.read gives null where there is no file and no folder (S8)', async () => {
    const path = await folder();
    expect(await fileSessionStore(join(path, 'session.json')).read()).toBeNull();
    expect(await fileSessionStore(join(path, 'no', 'folder', 'session.json')).read()).toBeNull();
    expect(await readdir(path)).toEqual([]);
  });

  test('fileSessionStore.write keeps both fields and no other, as plain JSON that read gives back (S8)', async () => {
    const path = await sessionPath();
    for (const [written, kept] of [
      [
        { issuedAt: 5, token: 't' },
        { token: 't', issuedAt: 5 },
      ],
      [{ token: 't' }, { token: 't' }],
      [{ token: 't', issuedAt: undefined, password: 'hunter2' } as StoredSession, { token: 't' }],
    ]) {
      await fileSessionStore(path).write(written as StoredSession);
      expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(kept)}\n`);
      expect(await fileSessionStore(path).read()).toStrictEqual(kept);
    }
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
    for (const each of [store, store, fileSessionStore(join(path, 'no', 'session.json'))]) await each.clear();
    expect(await store.read()).toBeNull();
    expect(await readdir(path)).toEqual([]);
  });

  test('fileSessionStore.write refuses what read would refuse, and keeps what is there', async () => {
    const path = await sessionPath();
    const store = fileSessionStore(path);
    await store.write(session);
    for (const nonsense of [null, {}, { token: 'a;b' }, { token: 'secret-token', issuedAt: Number.NaN }]) {
      const error = await failure(store.write(nonsense as StoredSession));
      expect(error.message).toContain(`The session file ${path} was not written: `);
      expect(error.message).toContain('"token" must be 1 to 4,096 cookie characters, and "issuedAt" a finite number');
      expect(inspect(error, { depth: 9 })).not.toContain('secret-token');
      expect(await store.read()).toStrictEqual(session);
    }
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
  const notJson = 'it is not JSON';
  const other = 'it does not hold { "token": string, "issuedAt"?: number } and nothing else';
  test.each<[string, string | Uint8Array, string]>([
    ['NUL characters', '\0\0', notJson],
    ['text', canary, notJson],
    ['half of a session', `{"token":"${canary}`, notJson],
    ['an array', `["${canary}"]`, other],
    ['null', 'null', other],
    ['a string', `"${canary}"`, other],
    ['an object without a token', `{"issuedAt":1,"x":"${canary}"}`, other],
    ['a token of another type', `{"token":["${canary}"]}`, other],
    ['an empty token', '{"token":""}', other],
    ['a token with a space', `{"token":"${canary} x"}`, other],
    ['a token with a quote', `{"token":"${canary}\\""}`, other],
    ['a token beyond ASCII', `{"token":"${canary}é"}`, other],
    ['a token that is too long', `{"token":"${canary.padEnd(4097, 'x')}"}`, other],
    ['an issuedAt of null', `{"token":"${canary}","issuedAt":null}`, other],
    ['an issuedAt of text', `{"token":"${canary}","issuedAt":"1"}`, other],
    ['an issuedAt without bounds', `{"token":"${canary}","issuedAt":1e999}`, other],
    ["another program's fields", `{"token":"${canary}","user":"alice"}`, other],
    ['a prototype', `{"token":"${canary}","__proto__":{}}`, other],
    ['bytes', Uint8Array.of(0, 255, 1, 254), notJson],
    [
      'more than 64 KiB',
      `{"token":"${canary}"}${padding}`,
      'it is larger than 64 KiB, so it holds something other than a session',
    ],
  ])(
    'fileSessionStore refuses %s in all three methods, says why, and leaves it as it is (S8)',
    async (_, content, reason) => {
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
        expect(error.message).toBe(`The session file ${path} was not ${done}: ${reason}`);
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary);
      }
      expect(await readFile(path)).toEqual(Buffer.from(content));
      expect((await stat(path)).ino).toBe(before.ino);
      expect(await beside(path)).toEqual(['session.json']);
    },
  );

  test('fileSessionStore takes a session after a byte order mark and before blanks, up to 64 KiB', async () => {
    const path = await sessionPath();
    await writeFile(path, '\uFEFF{"token":"t"}'.padEnd(65_534));
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
});
