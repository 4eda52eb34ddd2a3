import { inspect } from 'node:util';
import type { RedisOptions } from 'ioredis';
import { redisStore } from '../../examples/redis.ts';
import { createTraqAuth, isTraqError } from '../../src/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { connect, KEY } from './connect.ts';
import type { Engine } from './engine.ts';
import type { Judge } from './judge.ts';

const SECRET = 'a-token-that-nobody-may-see';
const user = { name: 'alice', password: 'password-alice' };

/** What is wrong, how it got there, what the error must name. Objects with wrong fields are tested with the client. */
const mishaps: readonly [title: string, command: [string, ...string[]], reason: RegExp, options?: RedisOptions][] = [
  ['a list of another program', ['RPUSH', KEY, SECRET], /WRONGTYPE/],
  ['broken JSON', ['SET', KEY, `{"token":"${SECRET}`], /JSON/],
  ['a lock of another program', ['RPUSH', `mutex:${KEY}`, SECRET], /lock\(\)/],
  ['a stranger to the engine', ['PING'], /WRONGPASS/, { username: 'nobody', password: SECRET }],
];

/** Logs in with a store that fails: the call must fail, say why, show no secret, and change nothing. */
export async function badInput({ url }: Engine, judge: Judge): Promise<void> {
  const redis = connect(`${url}/1`);
  for (const [title, [command, ...args], reason, options] of mishaps) {
    await redis.flushdb();
    await redis.call(command, ...args);
    const before = await redis.dump(args[0] ?? KEY);
    const own = connect(`${url}/1`, options);
    const { fetch } = createFakeTraq({ users: [user] });
    const traq = createTraqAuth({ fetch, sessionStore: redisStore(own, KEY) });
    const error = await traq.login(user).catch((reason: unknown) => reason);
    own.disconnect();
    const text = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    const measures = {
      refused: Number(isTraqError(error, 'session_store_failed')),
      named: Number(reason.test(text)),
      secrets: Number(text.includes(SECRET.slice(0, 6))),
      changed: Number(before !== (await redis.dump(args[0] ?? KEY))),
    };
    judge.judge(title, measures, { refused: 1, named: 1, secrets: 0, changed: 0 });
  }
  redis.disconnect();
}
