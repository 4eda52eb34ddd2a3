import { setTimeout as sleep } from 'node:timers/promises';
import type { Absence } from './engine.ts';
import { CALLS, type Stage } from './stage.ts';

/** For how long an engine is away, and how. */
export interface Outage {
  readonly ms: number;
  readonly how: Absence;
}

/** The time limit of one command, plus a margin. */
const SOON_MS = 8_000;

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
  const unsaved = { 'store failures': CALLS, 'slowest ms': [0, SOON_MS] } as const;
  stage.judge(`${title}: the one that rotates`, await held, unsaved);
  stage.judge(`${title}: its next call`, await stage.batch([holder], 1));
  stage.judge(`${title}: afterwards`, await stage.batch());
  await stage.tidy();
}
