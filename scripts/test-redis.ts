/**
 * npm run test:redis [-- --long]
 *
 * Lets four processes share a login by examples/redis.ts, on a real Redis and on a real Valkey, through cold starts,
 * rotations, a lock's holder that dies or sleeps, and an engine that goes away; `--long` with the lock's own life and
 * all outages.
 *
 * Prevents: sessions left behind, calls refused for no reason or never settled, a secret shown.
 */
import { parseArgs } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { endWith } from './counts/end-with.ts';
import { badInput } from './redis/bad-input.ts';
import { Engine } from './redis/engine.ts';
import { Judge } from './redis/judge.ts';
import {
  coldStart,
  emptyEngine,
  kills,
  outage,
  outageInRotation,
  rotations,
  slowResponse,
  suspension,
} from './redis/scenarios.ts';
import { type Lengths, type Outage, Stage } from './redis/stage.ts';

const brief: Outage = { ms: 3_000, how: 'stopped' };
const short: Lengths = { lockLifeMs: 3_000, outages: [brief], kills: 1 };
const long: Lengths = {
  lockLifeMs: 10_000,
  outages: [brief, { ms: 15_000, how: 'stopped' }, { ms: 15_000, how: 'suspended' }],
  kills: 5,
};

async function test(program: string, lengths: Lengths): Promise<Judge> {
  const judge = new Judge(program);
  const engine = new Engine(program, await freePort());
  const stage = new Stage(engine, judge, lengths);
  try {
    await engine.start();
    await badInput(engine, judge);
    await coldStart(stage);
    await rotations(stage);
    await kills(stage);
    await slowResponse(stage);
    await suspension(stage, 'before');
    await suspension(stage, 'after');
    await emptyEngine(stage);
    for (const event of lengths.outages) {
      await outage(stage, event);
      await outageInRotation(stage, event);
    }
  } catch (error) {
    judge.fail(error);
  } finally {
    await stage.close();
    await engine.end();
  }
  return judge;
}

const { values } = parseArgs({ options: { long: { type: 'boolean' } } });
const judges = await Promise.all(
  ['redis-server', 'valkey-server'].map((program) => test(program, values.long ? long : short)),
);
endWith('redis', judges);
