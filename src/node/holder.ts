import { readFile, readlink } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { errorCode } from './file-error.ts';

/** Who holds a lock. */
export interface Holder {
  readonly pid: number;
  /** The machine, or container, that numbers its processes so; null if it cannot be identified. */
  readonly machine: string | null;
}

/** This process. Tests name another platform and another `/proc`. */
export async function thisHolder(platform: string = process.platform, proc = '/proc'): Promise<Holder> {
  return { pid: process.pid, machine: await machine(platform, proc).catch(() => null) };
}

/** Whether a holder is known to be dead. The number may be in use again, and on another machine it says nothing. */
export function isGone(holder: Holder | null, here: Holder): boolean {
  if (!holder || here.machine === null || holder.machine !== here.machine) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/** Who holds a lock, in words. */
export function describeHolder(holder: Holder | null, here: Holder): string {
  if (!holder) return 'an unknown process';
  return `process ${holder.pid} on ${holder.machine === here.machine ? 'this machine' : 'another machine or container'}`;
}

/** The holder that a lock's file names; null if it names none. */
export function parseHolder(text: string): Holder | null {
  try {
    const { pid, machine } = JSON.parse(text) as Record<string, unknown>;
    if (typeof machine === 'string' && Number.isInteger(pid) && Number(pid) > 0) return { pid: Number(pid), machine };
  } catch {
    // Written by another program, or only in part.
  }
  return null;
}

/** Equal only for processes that number processes alike: two containers on one host do not. */
async function machine(platform: string, proc: string): Promise<string> {
  if (platform === 'linux') {
    const boot = await readFile(`${proc}/sys/kernel/random/boot_id`);
    return `${String(boot).trim()} ${await readlink(`${proc}/self/ns/pid`)}`;
  }
  // Two hosts of one name hardly start in the same minute. If rounding makes one host look like two, a dead holder's
  // lock is only taken over later.
  return `${hostname()} ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
}
