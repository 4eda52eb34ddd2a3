import { setTimeout as sleep } from 'node:timers/promises';
import { connect, KEY } from './connect.ts';
import { CALLS, type Outage, type Stage } from './stage.ts';

/** Time needed beyond the lock's life: the wait between two attempts, a login, a busy machine. */
const SLACK_MS = 3_000;
/** The time limit of one command. */
const COMMAND_MS = 5_000;
/** The same, plus a margin. */
const SOON_MS: number = COMMAND_MS + 3_000;

/** Four processes start at once, without a session. */
export async function coldStart(stage: Stage): Promise<void> {
  await stage.fill();
  stage.judge('cold start', await stage.batch(), { logins: 1 });
}

/** The session is due in all of them at once. */
export async function rotations(stage: Stage): Promise<void> {
  for (let turn = 1; turn <= 3; turn++) {
    stage.makeDue();
    stage.judge(`rotation ${turn}`, await stage.batch());
  }
}

/** The process that rotates is killed when the server has replaced the token: the new token is lost. */
export async function kills(stage: Stage): Promise<void> {
  for (let turn = 1; turn <= stage.lengths.kills; turn++) {
    const { holder, release, others } = await stage.holdRotation('after');
    await stage.kill(holder);
    release();
    const slowest = [0, stage.lengths.lockLifeMs + SLACK_MS] as const;
    stage.judge(`lock's holder killed, ${turn}`, await others, { logins: 1, sessions: [1, 2], 'slowest ms': slowest });
    await stage.tidy();
    await stage.fill();
    stage.judge(`after kill ${turn}`, await stage.batch());
  }
}

/** The server rotates at once, and its response takes longer than the lock lives: it is renewed. */
export async function slowResponse(stage: Stage): Promise<void> {
  const { release, held, others } = await stage.holdRotation('after');
  await sleep(stage.lengths.lockLifeMs + 1_000);
  release();
  stage.judge('response slower than the lock lives', [...(await held), ...(await others)]);
  await stage.tidy();
}

/** The process that rotates is suspended for longer than the lock lives, before or after the server has its request. */
export async function suspension(stage: Stage, at: 'before' | 'after'): Promise<void> {
  const { holder, release, held, others } = await stage.holdRotation(at);
  holder.process.kill('SIGSTOP');
  if (at === 'after') release();
  await sleep(2 * stage.lengths.lockLifeMs);
  // The others have waited for the lock's life. The new token is in the suspended process: they have logged in.
  const left = at === 'after' ? ({ logins: 1, sessions: [1, 2] } as const) : {};
  const title = `holder suspended ${at} the server rotates`;
  stage.judge(`${title}: the others`, await others, left);
  const before = await stage.stored();
  holder.process.kill('SIGCONT');
  release();
  // The lock was lost, and the call says so. Its session must not overwrite the newer one.
  const reports = await held;
  const overwritten = { overwritten: Number(before !== (await stage.stored())) };
  const ofStore = { 'store failures': [0, CALLS], overwritten: 0 } as const;
  stage.judge(`${title}: on waking`, reports, { ...left, logins: 0, ...ofStore }, overwritten);
  stage.judge(`${title}: afterwards`, await stage.batch(), { sessions: left.sessions ?? 1 });
  await stage.tidy();
}

/** The engine loses the session, as one that keeps no data does when it starts again. */
export async function emptyEngine(stage: Stage): Promise<void> {
  const redis = connect(stage.engine.url);
  await redis.del(KEY).finally(() => redis.disconnect());
  stage.judge('engine emptied: calls on the session in memory', await stage.batch());
  stage.makeDue();
  stage.judge('engine emptied: a rotation', await stage.batch(), { logins: [0, 1], sessions: [1, 2] });
  await stage.tidy();
}

/** The engine goes away while no rotation is due, then while one is, and comes back. */
export async function outage(stage: Stage, event: Outage): Promise<void> {
  const { members } = stage;
  const title = `engine ${event.how} for ${event.ms / 1000} s`;
  const soon = { 'slowest ms': [0, SOON_MS] } as const;
  const over = sleep(event.ms);
  await stage.engine.leave(event.how);
  stage.judge(`${title}: calls on the session in memory`, await stage.batch(), soon);
  stage.makeDue();
  const every = { 'store failures': members.length * CALLS, ...soon };
  stage.judge(`${title}: calls while a rotation is due`, await stage.batch(), every);
  for (const member of members.slice(0, 1)) await stage.kill(member);
  await stage.fill();
  const all = { 'store failures': CALLS, ...soon };
  stage.judge(`${title}: a process that starts`, await stage.batch(members.slice(-1)), all);
  await over;
  await stage.engine.comeBack(event.how);
  stage.judge(`${title}: afterwards`, await stage.batch());
}

/** The engine goes away between a rotation and its save: the process with the new token saves it by its next call. */
export async function outageInRotation(stage: Stage, event: Outage): Promise<void> {
  const { holder, release, held, others } = await stage.holdRotation('after');
  const title = `engine ${event.how} for ${event.ms / 1000} s in a rotation`;
  const over = sleep(event.ms);
  await stage.engine.leave(event.how);
  release();
  const every = { 'store failures': (stage.members.length - 1) * CALLS };
  stage.judge(`${title}: the others`, await others, { ...every, 'slowest ms': [0, SOON_MS] });
  await over;
  await stage.engine.comeBack(event.how);
  // To save and to release the lock are two commands, one after the other.
  const unsaved = { 'store failures': CALLS, 'slowest ms': [0, COMMAND_MS + SOON_MS] } as const;
  stage.judge(`${title}: the one that rotates`, await held, unsaved);
  stage.judge(`${title}: its next call`, await stage.batch([holder], 1));
  stage.judge(`${title}: afterwards`, await stage.batch());
  await stage.tidy();
}
