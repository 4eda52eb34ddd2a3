import { readFile, readlink } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';
import { errorCode } from './file-error.ts';

/** Who holds a lock. */
export interface Holder {
  readonly pid: number;
  /** Where that number means something; null if this cannot be told. */
  readonly machine: string | null;
}

/** This process; tests put other surroundings in the place of its own. */
export async function thisHolder(platform: string = process.platform, proc = '/proc'): Promise<Holder> {
  return { pid: process.pid, machine: await machine(platform, proc).catch(() => null) };
}

/** Whether a holder is known to be dead. A number that is in use again, or of another machine, says nothing. */
export function isGone(holder: Holder | null, here: Holder): boolean {
  if (!holder || here.machine === null || holder.machine !== here.machine) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === 'ESRCH';
  }
}

/** What `JSON.parse` made of a lock's content, if that is a holder. */
export function parseHolder(text: string): Holder | null {
  try {
    const { pid, machine } = JSON.parse(text) as Record<string, unknown>;
    if (typeof machine === 'string' && Number.isInteger(pid) && Number(pid) > 0) return { pid: Number(pid), machine };
  } catch {
    // Not ours to understand: then age alone decides.
  }
  return null;
}

/** Equal only for processes that see each other by the same numbers: containers of one host do not. */
async function machine(platform: string, proc: string): Promise<string> {
  if (platform === 'linux') {
    const boot = await readFile(`${proc}/sys/kernel/random/boot_id`);
    return `${String(boot).trim()} ${await readlink(`${proc}/self/ns/pid`)}`;
  }
  // Hosts that share a name hardly share the minute of their start. If it is rounded otherwise, age decides.
  return `${hostname()} ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
}
