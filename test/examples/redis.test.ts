import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { redisStore } from '../../examples/redis.ts';

/** An engine in memory; what a lock owes on real ones, `npm run test:redis` shows. */
class Engine {
  readonly values = new Map<string, string>();
  /** When there is one, every command fails with it. */
  failure: Error | undefined;

  readonly redis = {
    status: 'ready',
    get: async (key: string) => this.#values().get(key) ?? null,
    set: async (key: string, value: string, ...options: unknown[]) => {
      const values = this.#values();
      if (options.includes('NX') && values.has(key)) return null;
      values.set(key, value);
      return 'OK';
    },
    del: async (key: string) => Number(this.#values().delete(key)),
    // The library runs one script to renew a lock, and one to release it.
    evalsha: () => Promise.reject(new Error('NOSCRIPT')),
    eval: async (script: string, _keys: number, key: string) =>
      script.includes('pexpire') ? 1 : Number(this.#values().delete(key)),
  } as unknown as Redis;

  #values(): Map<string, string> {
    if (this.failure !== undefined) throw this.failure;
    return this.values;
  }
}

const session = { token: 'token-of-alice', issuedAt: 1_800_000_000_000 };
let engine: Engine;

beforeEach(() => {
  vi.useFakeTimers();
  engine = new Engine();
});
afterEach(() => void vi.useRealTimers());

describe('a session in Redis', () => {
  test('it is there for every process until it is cleared', async () => {
    const store = redisStore(engine.redis, 'traq-session');
    expect(await store.read()).toBeNull();
    await store.write(session);
    expect(await redisStore(engine.redis, 'traq-session').read()).toEqual(session);
    await store.clear();
    expect(await store.read()).toBeNull();
  });

  test.each(['reconnecting', 'connecting', 'connect'] as const)(
    'it is neither written nor cleared in the queue of a connection that is not ready: %s',
    async (status) => {
      const store = redisStore(engine.redis, 'traq-session');
      await store.write(session);
      engine.redis.status = status;
      await expect(store.write({ token: 'another' })).rejects.toThrow('the connection is not ready');
      await expect(store.clear()).rejects.toThrow('the connection is not ready');
      expect(await store.read()).toEqual(session);
    },
  );

  test('what is broken under its key is refused, and the refusal shows nothing of it', async () => {
    engine.values.set('traq-session', '{"token":token-of-alice');
    await expect(redisStore(engine.redis, 'traq-session').read()).rejects.toThrow(
      /^traq-session holds something other than JSON$/,
    );
  });
});

describe('the lock of a session in Redis', () => {
  /** Takes the lock, and lets go of it when `finish` is called. */
  function hold(): { finish: () => void; held: Promise<string> } {
    let finish = (): void => {};
    const held = lock(() => new Promise<string>((resolve) => (finish = () => resolve('done'))));
    // Whoever is interested gets the rejection by `held`.
    held.catch(() => {});
    return { finish: () => finish(), held };
  }

  function lock(work: () => Promise<string>, signal?: AbortSignal): Promise<string> {
    const { lock } = redisStore(engine.redis, 'traq-session') as Required<ReturnType<typeof redisStore>>;
    return (lock as (...args: unknown[]) => Promise<string>)(work, { signal });
  }

  test('it is released when the work fails', async () => {
    await expect(lock(() => Promise.reject(new Error('not this time')))).rejects.toThrow('not this time');
    expect(engine.values.size).toBe(0);
  });

  test('it rejects when it cannot be had within 25 s, or its signal is aborted', async () => {
    hold();
    const controller = new AbortController();
    const work = vi.fn(async () => 'never');
    const late = expect(lock(work)).rejects.toThrow(/timeout/);
    const left = expect(lock(work, controller.signal)).rejects.toThrow('left');
    await vi.advanceTimersByTimeAsync(24_000);
    controller.abort(new Error('left'));
    await left;
    await vi.advanceTimersByTimeAsync(1_100);
    await late;
    expect(work).not.toHaveBeenCalled();
  });

  test('work that is done stays done when the lock cannot be released', async () => {
    const { finish, held } = hold();
    await vi.advanceTimersByTimeAsync(0);
    engine.failure = new Error('Command timed out');
    finish();
    expect(await held).toBe('done');
  });
});
