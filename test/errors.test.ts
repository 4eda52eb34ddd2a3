import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { isTraqError, TraqError, type TraqErrorCode } from '../src/index.ts';

const brand = Symbol.for('traq-auth.TraqError');

describe('TraqError', () => {
  test('TraqError is an Error that says its name once, and has no own property for what it does not know', () => {
    const error = new TraqError('rate_limited', 'too many', { status: 429, retryAfterMs: 1000, operation: undefined });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message, String(error)]).toEqual(['TraqError', 'too many', 'TraqError: too many']);
    expect(error.stack).toContain('TraqError: too many\n');
    expect({ ...error }).toStrictEqual({ code: 'rate_limited', status: 429, retryAfterMs: 1000 });
    expect('cause' in error).toBe(false);
    const printed = inspect(error);
    expect(printed.match(/TraqError/g)).toHaveLength(1 + (printed.match(/new TraqError/g)?.length ?? 0));
    expect(printed).toContain('retryAfterMs: 1000');
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
  test('toJSON gives every field that there is, 0 and empty texts as well, and of the cause its name, message and code', () => {
    const cause = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
    const known = { operation: 'getMySessions', method: 'GET', route: '/users/me/sessions', requestId: 'r1' };
    for (const details of [
      { ...known, status: 503, serverMessage: 'down', retryAfterMs: 5 },
      { ...known, status: 0, serverMessage: '', retryAfterMs: 0 },
    ]) {
      const error = new TraqError('server_error', 'failed', { ...details, cause });
      expect(error).toMatchObject(details);
      expect(error.cause).toBe(cause);
      expect(JSON.parse(JSON.stringify(error))).toEqual({
        name: 'TraqError',
        code: 'server_error',
        message: 'failed',
        ...details,
        cause: { name: 'TypeError', message: 'refused', code: 'ECONNREFUSED' },
      });
    }
  });

  test('toJSON survives structuredClone', () => {
    const given = new TraqError('not_linked', 'not linked', { status: 400 }).toJSON();
    expect(structuredClone(given)).toEqual(given);
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

  test('isTraqError narrows to the codes that it was given, which are a closed union (E2)', () => {
    expectTypeOf<TraqErrorCode>().toEqualTypeOf<
      | 'invalid_argument'
      | 'invalid_credentials'
      | 'account_suspended'
      | 'already_logged_in'
      | 'not_logged_in'
      | 'forbidden'
      | 'unknown_provider'
      | 'already_linked'
      | 'not_linked'
      | 'bad_request'
      | 'rate_limited'
      | 'server_error'
      | 'network'
      | 'timeout'
      | 'unexpected_response'
      | 'session_store_failed'
    >();
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
    ...[null, undefined, 'TraqError', 400].map((value): [string, unknown] => [String(value), value]),
    ['a function', () => error],
    ['an Error of that name', Object.assign(new Error('x'), { name: 'TraqError', code: 'network' })],
    ['what toJSON gave', new TraqError('network', 'x').toJSON()],
    ['what structuredClone makes of it', structuredClone(error)],
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
