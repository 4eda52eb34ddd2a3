import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seenIn } from './canary.ts';
import { type Fault, faults } from './faults.ts';
import { gateOperation, type Operation, operations } from './operations.ts';
import { startRawServer } from './raw-server.ts';

const LIST = operations.findIndex(({ name }) => name === 'sessions.list');

/** Each fault meets another operation; but a login that gets no response holds the process for up to ten seconds (S12). */
function operationOf({ play }: Fault, index: number): number {
  const played = play(gateOperation, 'http://127.0.0.1:9');
  const isWhole = played.kind === 'answer' && !played.trouble;
  return isWhole ? index % operations.length : LIST + (index % (operations.length - LIST));
}

test('a script that met every fault ends by itself, silently, while the servers still hold their connections (T7, E3)', async () => {
  const servers = await Promise.all(
    faults.map((fault, index) => {
      const played = fault.play(operations[operationOf(fault, index)] as Operation, 'http://127.0.0.1:9');
      return startRawServer(() => played, 'all', Promise.resolve());
    }),
  );
  try {
    const calls = servers.map(({ port }, at) => [`http://127.0.0.1:${port}`, operationOf(faults[at] as Fault, at)]);
    const script = fileURLToPath(new URL('leaver.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(calls)]);
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    expect([code, err]).toEqual([0, '']);
    const outcomes = JSON.parse(out) as Record<string, number>;
    expect(Object.keys(outcomes).filter((outcome) => !/^[a-z_]+$/.test(outcome))).toEqual([]);
    expect(Object.values(outcomes).reduce((a, b) => a + b, 0)).toBe(faults.length);
    expect(outcomes['timeout']).toBeGreaterThan(0);
    expect(seenIn(out)).toEqual([]);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}, 60_000);
