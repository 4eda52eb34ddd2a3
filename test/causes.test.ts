import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { createTraqAuth, type TraqError } from '../src/index.ts';
import { DAY, loggedIn } from './session/stage.ts';
import { refusal } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

/** What becomes of something that a fetch throws. */
function thrownIn(thrown: unknown): Promise<TraqError> {
  // Not by a promise: no member throws synchronously even then.
  const fetch = (): never => {
    throw thrown;
  };
  return errorOf(createTraqAuth({ fetch }).logout(), 'network');
}

/** The messages of an error's causes, from above. */
const messages = ({ cause }: Error): string[] => (cause instanceof Error ? [cause.message, ...messages(cause)] : []);

const chainOf = (depth: number, innermost: unknown): unknown =>
  depth === 1 ? innermost : new Error(`${depth}`, { cause: chainOf(depth - 1, innermost) });

describe('cause', () => {
  test('cause is a copy of name, message, code and stack alone, on every level, and tells the outermost code (E3, E5)', async () => {
    const below = Object.assign(new Error('below'), { code: 'INNER', request: { body: 'x' } });
    const known = { code: 'EPIPE', config: {}, errno: 1 };
    const original = Object.assign(new TypeError('fetch failed', { cause: below }), known);
    const { message, cause } = await thrownIn(original);
    expect(message).toBe('POST /logout failed: no response, EPIPE (network)');
    expect(cause).not.toBe(original);
    expect(cause).toMatchObject({ name: 'TypeError', message: 'fetch failed', stack: original.stack });
    expect(Object.entries(cause as Error)).toEqual([['code', 'EPIPE']]);
    expect((cause as Error).cause).not.toBe(below);
    expect(Object.keys((cause as Error).cause as Error)).toEqual(['code']);
  });

  test.each([5, 6])('cause keeps up to five levels of a chain of %i, and finds a code there (E5)', async (depth) => {
    const error = await thrownIn(chainOf(depth, Object.assign(new Error('1'), { code: 'ENOTFOUND' })));
    expect(messages(error)).toEqual(Array.from({ length: Math.min(depth, 5) }, (_, at) => `${depth - at}`));
    expect(error.message).toContain(depth > 5 ? 'no response (network)' : 'no response, ENOTFOUND (network)');
  });

  test('cause ends where a chain does, or leads back (E5)', async () => {
    const loop = new Error('loop', { cause: new Error('between') });
    Object.assign(loop.cause as Error, { cause: loop });
    expect(messages(await thrownIn(loop))).toEqual(['loop', 'between']);
    expect(messages(await thrownIn(Object.assign(loop, { cause: loop })))).toEqual(['loop']);
    const { cause } = await thrownIn(new Error('x', { cause: null }));
    expect(cause).toMatchObject({ message: 'x' });
    expect(cause).not.toHaveProperty('cause');
    expect(Object.keys(cause as Error)).toEqual([]);
  });

  test('cause is copied without running a getter, its own or an inherited one (E5)', async () => {
    for (const key of ['name', 'message', 'code', 'stack', 'cause']) {
      const get = vi.fn(() => 'told');
      const thrown = new Error('x');
      // Whoever maps sources writes the stack when it is asked for first, of whatever the error says of itself.
      expect(thrown.stack).toContain('x');
      await thrownIn(Object.defineProperty(thrown, key, { get }));
      await thrownIn(Object.create(Object.defineProperty({}, key, { get })));
      expect(get, key).not.toHaveBeenCalled();
    }
  });

  test.each([
    ['function get stack() { [native code] }', true],
    ['function stack() {\n    [native code]\n}', true],
    ['function stack() {\n    // [native code]\n    {}\n}', false],
    ['function stack() { [native code] } of another kind', false],
  ])(
    "cause is copied with what the platform's own getters give, as any engine writes them: %j (E5)",
    async (text, isRun) => {
      const get = vi.fn(() => 'told');
      const original = Function.prototype.toString;
      const spy = vi.spyOn(Function.prototype, 'toString');
      spy.mockImplementation(function (this: unknown) {
        return this === get ? text : original.call(this);
      });
      await thrownIn(Object.defineProperty({}, 'message', { get }));
      spy.mockRestore();
      expect(get).toHaveBeenCalledTimes(isRun ? 1 : 0);
    },
  );

  const fail = (): never => {
    throw new Error('hostile');
  };
  const hostile = new Proxy({}, { get: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail });
  // Behind functions: the test runner would look into them.
  test.each([
    ['another', class extends Error {}],
    ['none', undefined],
  ])(
    'cause keeps what a DOMException says where the global class is %s, as in an emulated page (E5)',
    async (_, other) => {
      const thrown = new DOMException('could not be cloned', 'DataCloneError');
      vi.stubGlobal('DOMException', other);
      const { cause } = await thrownIn(thrown).finally(() => vi.unstubAllGlobals());
      expect(cause).toMatchObject({ name: 'DataCloneError', message: 'could not be cloned' });
    },
  );

  test.each<[what: string, thrown: () => unknown, name: string, message: string]>([
    ['undefined', () => undefined, 'absent', ''],
    ['null', () => null, 'Error', 'null'],
    ['a function', () => fail, 'fail', ''],
    ['a symbol', () => Symbol('x'), 'Error', 'Symbol(x)'],
    ['an object with texts', () => ({ name: 'Down', message: 'it is' }), 'Down', 'it is'],
    ['an object with lists', () => ({ name: ['Down'], message: ['it is'], stack: ['    at x'] }), 'Error', ''],
    ['a DOMException', () => new DOMException('aborted', 'AbortError'), 'AbortError', 'aborted'],
    ['what a DOMException is made of', () => Object.create(DOMException.prototype), 'Error', ''],
    ['a proxy that refuses', () => hostile, 'Error', ''],
  ])('cause of %s has the name and message that can be told of it (E5)', async (_, thrown, name, message) => {
    const error = await thrownIn(thrown());
    expect(error.message).toBe('POST /logout failed: no response (network)');
    expect(() => inspect(error) + JSON.stringify(error)).not.toThrow();
    const { cause = { name: 'absent', message: '' } } = error;
    expect(cause).toMatchObject({ name, message });
  });
});

describe('serverMessage', () => {
  test("serverMessage of the server's own sentence is whole, though a password in it would else be given away (E3)", async () => {
    const { fetch } = stubFetch(refusal(401, 'password or id is wrong'));
    const call = createTraqAuth({ fetch }).login({ name: 'alice', password: 'wrong' });
    expect((await errorOf(call, 'invalid_credentials')).serverMessage).toBe('password or id is wrong');
  });

  test('serverMessage of any other sentence is replaced as a whole for a secret, and so is requestId (E3)', async () => {
    const { fetch } = stubFetch(refusal(400, 'name: must contain [a-zA-Z0-9_-] only.', { 'x-request-id': 'a-must-b' }));
    const error = await errorOf(createTraqAuth({ fetch }).login({ name: 'a b', password: 'must' }), 'bad_request');
    expect([error.serverMessage, error.requestId]).toEqual(['[redacted]', '[redacted]']);
    expect(error.message).toBe('POST /login failed: [redacted] (400 bad_request, request [redacted])');
  });

  test('serverMessage of the rotation before a body that was not looked at whole shows no token (E3)', async () => {
    const { stage, traq } = await loggedIn(15 * DAY, { maxRetries: 0 });
    const respond = () => refusal(500, `for ${stage.tokens[0]}`);
    stage.server.inject({ kind: 'response', operation: 'getMySessions', respond });
    const error = await errorOf(traq.fetch('/x', { method: 'POST', body: 'x'.repeat(70_000) }), 'server_error');
    expect(error.serverMessage).toBe('[redacted]');
  });
});
