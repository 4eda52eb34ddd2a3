/**
 * npm run test:redis [-- --long]
 *
 * Lets four processes share a login by examples/redis.ts, on a real Redis and on a real Valkey, through cold starts,
 * rotations, a lock's holder that dies or sleeps, and an engine that goes away; `--long` with the lock's own life and
 * all outages.
 *
 * Prevents: sessions left behind, calls refused for no reason or never settled, a secret shown. Exit status 1 if there
 * are any, 3 if an engine is missing.
 */
import { parseArgs } from 'node:util';
import { endWith } from './counts/end-with.ts';
import { badInput } from './redis/bad-input.ts';
import { Engine, isInstalled } from './redis/engine.ts';
import { Judge } from './redis/judge.ts';
import { type Outage, outage, outageInRotation } from './redis/outages.ts';
import { coldStart, emptyEngine, kills, rotations, slowResponse, suspension } from './redis/scenarios.ts';
import { type Lengths, Stage } from './redis/stage.ts';

const brief: Outage = { ms: 3_000, how: 'stopped' };
const short: Lengths = { lockLifeMs: 3_000, outages: [brief], kills: 1 };
const long: Lengths = {
  lockLifeMs: 10_000,
  outages: [brief, { ms: 15_000, how: 'stopped' }, { ms: 15_000, how: 'suspended' }],
  kills: 5,
};

async function play(engine: Engine, judge: Judge, lengths: Lengths): Promise<void> {
  const stage = await Stage.open(engine, judge, lengths);
  try {
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
  } finally {
    await stage.close();
  }
}

async function test(program: string, lengths: Lengths): Promise<Judge> {
  const judge = new Judge(program);
  const engine = await Engine.start(program);
  try {
    await badInput(engine, judge);
    await play(engine, judge, lengths);
  } catch (error) {
    judge.fail(error);
  } finally {
    await engine.end();
  }
  return judge;
}

const programs = ['redis-server', 'valkey-server'];
const missing = programs.filter((program) => !isInstalled(program));
if (missing.length > 0) {
  console.error(`Missing: ${missing.join(', ')}. On Debian, as root: bash scripts/install-engines.sh`);
  process.exit(3);
}
const { values } = parseArgs({ options: { long: { type: 'boolean' } } });
const judges = await Promise.all(programs.map((program) => test(program, values.long ? long : short)));
endWith('redis', judges);
