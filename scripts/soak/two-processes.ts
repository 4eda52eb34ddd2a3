import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from './figures.ts';
import { soakProcesses } from './processes.ts';

/** Makes that many calls, or a few more, by two processes that share a login by a file. */
export async function soakTwoProcesses(calls: number, seed: number): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'traq-auth-soak-'));
  try {
    return await soakProcesses(2, join(folder, 'session.json'), calls, seed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
