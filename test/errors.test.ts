import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createTraqAuth, isTraqError, TraqError, type TraqErrorCode } from '../src/index.ts';
import { REQUEST_ID, refusal } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { stubFetch } from './support/stub-fetch.ts';

const brand = Symbol.for('traq-auth.TraqError');

// Closed (E2): a code more or less does not compile.
const codes: Record<TraqErrorCode, true> = {
  invalid_argument: true,
  invalid_credentials: true,
  account_suspended: true,
  already_logged_in: true,
  not_logged_in: true,
  forbidden: true,
  unknown_provider: true,
  already_linked: true,
  not_linked: true,
  bad_request: true,
  rate_limited: true,
  server_error: true,
  network: true,
  timeout: true,
  unexpected_response: true,
  session_store_failed: true,
};
const allCodes = Object.keys(codes) as TraqErrorCode[];

describe('TraqError', () => {
  test.each(allCodes)('TraqError with the code %s is an Error whose name, code and message are there', (code) => {
    const error = new TraqError(code, 'what happened');
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(TraqError);
    expect({ name: error.name, code: error.code, message: error.message }).toEqual({
      name: 'TraqError',
      code,
      message: 'what happened',
    });
    expect(String(error)).toBe('TraqError: what happened');
    expect(error.stack).toContain('TraqError: what happened\n');
  });

  test('TraqError has no own property for what it does not know', () => {
    const error = new TraqError('network', 'no answer', { operation: 'login', status: undefined });
    expect(Object.keys(error).sort()).toEqual(['code', 'operation']);
    expect('cause' in error).toBe(false);
    expect('status' in error).toBe(false);
  });

  test('TraqError keeps every detail that it is given, 0 and empty texts as well', () => {
    const cause = new Error('below');
    const details = {
      operation: 'login',
      method: 'POST',
      route: '/login',
      status: 0,
      serverMessage: '',
      requestId: 'r',
      retryAfterMs: 0,
    };
    const error = new TraqError('server_error', 'failed', { ...details, cause });
    expect(error).toMatchObject(details);
    expect(error.cause).toBe(cause);
  });

  test('TraqError prints its name once, and its fields', () => {
    const printed = inspect(new TraqError('rate_limited', 'too many', { status: 429, retryAfterMs: 1000 }));
    expect(printed.match(/TraqError/g)).toHaveLength(1 + (printed.match(/new TraqError/g)?.length ?? 0));
    expect(printed).toContain('retryAfterMs: 1000');
    expect(printed).toContain("code: 'rate_limited'");
  });

  test('TraqError has no private members, so that the types of two copies are the same', () => {
    expectTypeOf<keyof TraqError>().toEqualTypeOf<
      | 'name'
      | 'message'
      | 'stack'
      | 'cause'
      | 'code'
      | 'operation'
      | 'method'
      | 'route'
      | 'status'
      | 'serverMessage'
      | 'requestId'
      | 'retryAfterMs'
      | 'toJSON'
    >();
    // @ts-expect-error TraqError is not generic
    expectTypeOf<TraqError<'network'>>().toBeObject();
    // @ts-expect-error a code that there is not
    void (() => new TraqError('teapot', 'short and stout'));
  });
});

describe('TraqError.name', () => {
  test('name is as that of the built-in errors: on the prototype, and to be changed, but not listed', () => {
    expect(Object.getOwnPropertyDescriptor(TraqError.prototype, 'name')).toEqual({
      ...Object.getOwnPropertyDescriptor(TypeError.prototype, 'name'),
      value: 'TraqError',
    });
  });
});

describe('TraqError.toJSON', () => {
  test('toJSON gives name, code, message and every field, and of the cause its name, message and code', () => {
    const cause = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
    const details = {
      operation: 'getMySessions',
      method: 'GET',
      route: '/users/me/sessions',
      status: 503,
      serverMessage: 'down',
      requestId: 'r1',
      retryAfterMs: 5,
    };
    const error = new TraqError('server_error', 'failed', { ...details, cause });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'TraqError',
      code: 'server_error',
      message: 'failed',
      ...details,
      cause: { name: 'TypeError', message: 'refused', code: 'ECONNREFUSED' },
    });
  });

  test('toJSON survives structuredClone, which the error itself does not', () => {
    const error = new TraqError('not_linked', 'not linked', { status: 400 });
    expect(structuredClone(error.toJSON())).toEqual(error.toJSON());
    expect(isTraqError(structuredClone(error))).toBe(false);
  });
});

describe('TraqError.message', () => {
  test('message names the route, what the server said, the status, the code and the request', async () => {
    const { fetch } = stubFetch(refusal(401, 'password or id is wrong'));
    const error = await errorOf(createTraqAuth({ fetch }).login({ name: 'alice', password: 'wrong' }));
    expect(error.message).toBe(
      `POST /login failed: password or id is wrong (401 invalid_credentials, request ${REQUEST_ID})`,
    );
    expect(error.toJSON()).toEqual({
      name: 'TraqError',
      code: 'invalid_credentials',
      message: error.message,
      operation: 'login',
      method: 'POST',
      route: '/login',
      status: 401,
      serverMessage: 'password or id is wrong',
      requestId: REQUEST_ID,
    });
  });

  test('message shows the template of the route, never the filled path', async () => {
    const { fetch } = stubFetch(refusal(500, 'Internal Server Error'));
    const id = 'AAAAAAAA-0000-4000-8000-000000000001';
    const error = await errorOf(createTraqAuth({ fetch, maxRetries: 0 }).sessions.revoke(id), 'server_error');
    expect(error.message).toContain('DELETE /users/me/sessions/{sessionId} failed: Internal Server Error');
    expect(error.route).toBe('/users/me/sessions/{sessionId}');
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(id);
  });

  test('message says what the system said, where no response came (E5)', async () => {
    const { fetch } = stubFetch(
      new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }),
    );
    const error = await errorOf(createTraqAuth({ fetch }).logout(), 'network');
    expect(error.message).toBe('POST /logout failed: no response, ECONNREFUSED (network)');
    expect(error.cause).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: { message: 'x', code: 'ECONNREFUSED' },
    });
    expect('status' in error).toBe(false);
  });

  test('message of cookieHeader and of fetch names the member', async () => {
    const traq = createTraqAuth({ fetch: stubFetch(new Error('down')).fetch });
    // @ts-expect-error a number of milliseconds
    expect((await errorOf(traq.cookieHeader({ timeoutMs: '1' }))).message).toMatch(
      /^traq\.cookieHeader failed: timeoutMs/,
    );
    const error = await errorOf(traq.fetch('/users/me'), 'network');
    expect(error.message).toBe('traq.fetch failed: no response (network)');
    expect({ operation: error.operation, route: error.route, method: error.method }).toEqual({ operation: 'fetch' });
  });
});

describe('isTraqError', () => {
  const error: unknown = new TraqError('not_linked', 'not linked');

  test('isTraqError accepts any TraqError without codes, and one of the codes with them', () => {
    expect(isTraqError(error)).toBe(true);
    expect(isTraqError(error, 'not_linked')).toBe(true);
    expect(isTraqError(error, 'network', 'not_linked')).toBe(true);
    expect(isTraqError(error, 'network')).toBe(false);
  });

  test('isTraqError narrows to the codes that it was given (E2)', () => {
    if (isTraqError(error)) {
      expectTypeOf(error).toExtend<TraqError>();
      expectTypeOf(error.code).toEqualTypeOf<TraqErrorCode>();
      expectTypeOf(error.serverMessage).toEqualTypeOf<string | undefined>();
    }
    if (isTraqError(error, 'not_linked', 'network')) {
      expectTypeOf(error.code).toEqualTypeOf<'not_linked' | 'network'>();
      // @ts-expect-error a code that was not asked for
      expect(error.code === 'timeout').toBe(false);
    }
    // @ts-expect-error a code that there is not
    expect(isTraqError(error, 'teapot')).toBe(false);
    expect.assertions(2);
  });

  test('isTraqError knows the errors of another copy of the package, where instanceof does not (E4)', async () => {
    const copy: typeof import('../src/errors.ts') = await import(`${'../src/errors.ts'}?copy`);
    expect(copy.TraqError).not.toBe(TraqError);
    const foreign = new copy.TraqError('timeout', 'late');
    expect(foreign).not.toBeInstanceOf(TraqError);
    expect(isTraqError(foreign, 'timeout')).toBe(true);
    expect(copy.isTraqError(error, 'not_linked')).toBe(true);
    class Own extends TraqError {}
    expect(copy.isTraqError(new Own('network', 'mine'), 'network')).toBe(true);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['a text', 'TraqError'],
    ['a number', 400],
    ['a function', () => error],
    ['a plain Error', new Error('network')],
    ['an Error of that name', Object.assign(new Error('x'), { name: 'TraqError', code: 'network' })],
    ['what toJSON gave', new TraqError('network', 'x').toJSON()],
    ['an object with a code', { code: 'network' }],
    ['an object without a prototype', Object.create(null)],
  ])('isTraqError refuses %s (E4)', (_, value) => {
    expect(isTraqError(value)).toBe(false);
    expect(isTraqError(value, 'network')).toBe(false);
  });

  test('isTraqError is told by the brand alone (E4)', () => {
    expect(isTraqError({ [brand]: true, code: 'network' }, 'network')).toBe(true);
    expect(isTraqError(new Proxy(error as object, {}), 'not_linked')).toBe(true);
  });

  test('isTraqError never throws, whatever was caught (E4)', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const fail = (): never => {
      throw new Error('hostile');
    };
    const hostile = new Proxy({}, { has: fail, get: fail, getPrototypeOf: fail });
    const branded = Object.defineProperty({ [brand]: true }, 'code', { get: fail });
    for (const value of [revoked.proxy, hostile, branded]) expect(isTraqError(value, 'network')).toBe(false);
  });
});
