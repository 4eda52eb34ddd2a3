import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { redisOptions, redisStore } from '../../examples/redis.ts';
import { createTraqAuth, isTraqError } from '../../src/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { Engine } from './engine.ts';
import type { Judge } from './judge.ts';

const KEY = 'traq-session';
const SECRET = 'a-token-that-nobody-may-see';
const user = { name: 'alice', password: 'password-alice' };

/** What stands under the key, how it got there, and what the error must name. */
const values: readonly [title: string, command: [string, ...string[]], reason: RegExp][] = [
  ['a list of another program', ['RPUSH', KEY, SECRET], /WRONGTYPE/],
  ['broken JSON', ['SET', KEY, `{"token":"${SECRET}`], /JSON/],
  ['JSON of another program', ['SET', KEY, `{"user":"${SECRET}"}`], /token/],
  ['a token that is no text', ['SET', KEY, '{"token":5}'], /token/],
  ['an issuedAt that is no number', ['SET', KEY, `{"token":"${SECRET}","issuedAt":"today"}`], /issuedAt/],
];

/** Logs in and lists by a store that cannot be read: both must fail, name why, show nothing, and change nothing. */
export async function badInput(program: string, judge: Judge): Promise<void> {
  const engine = await Engine.start(program, ['--requirepass', 'password-of-the-engine']);
  const redis = connect(engine.url, 'password-of-the-engine');
  for (const [title, [command, ...args], reason] of values) {
    await redis.call(command, ...args);
    const before = await redis.dump(KEY);
    const measures = await attempt(redis, reason);
    const changed = Number(before !== (await redis.dump(KEY)));
    judge.judge(title, { ...measures, changed }, { refused: 2, named: 2, secrets: 0, changed: 0 });
    await redis.del(KEY);
  }
  await redis.rpush(`mutex:${KEY}`, SECRET);
  const waited = await attempt(redis, /lock\(\)/, ['login']);
  judge.judge('a lock of another program', waited, { refused: 1, named: 1, secrets: 0 });
  const stranger = connect(engine.url, SECRET);
  const measures = await attempt(stranger, /WRONGPASS/);
  judge.judge('wrong password of the engine', measures, { refused: 2, named: [1, 2], secrets: 0 });
  for (const connection of [redis, stranger]) connection.disconnect();
  await engine.end();
}

function connect(url: string, password: string): Redis {
  const redis = new Redis(url, { ...redisOptions, password });
  // The commands say it too.
  redis.on('error', () => {});
  return redis;
}

async function attempt(
  redis: Redis,
  reason: RegExp,
  methods: readonly ('list' | 'login')[] = ['list', 'login'],
): Promise<Record<string, number>> {
  const server = createFakeTraq({ users: [user] });
  const traq = createTraqAuth({ fetch: server.fetch, sessionStore: redisStore(redis, KEY) });
  const results = await Promise.allSettled(
    methods.map((method) => (method === 'login' ? traq.login(user) : traq.sessions.list())),
  );
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const texts = errors.map((error) => inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }));
  return {
    refused: errors.filter((error) => isTraqError(error, 'session_store_failed')).length,
    named: errors.filter((error) => reason.test(`${error.message} ${error.cause?.message}`)).length,
    secrets: texts.filter((text) => text.includes(SECRET) || text.includes(SECRET.slice(0, 6))).length,
  };
}
