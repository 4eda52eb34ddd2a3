import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seenIn } from './canary.ts';
import { faults } from './faults.ts';
import { operations } from './operations.ts';
import { startRawServer } from './raw-server.ts';

/** Each fault meets another operation; but a login that gets no response holds the process for up to ten seconds (S12). */
function operationOf(fault: number): number {
  const [first] = operations;
  const play = first && faults[fault]?.play(first, 'http://127.0.0.1:9');
  const isWhole = play?.kind === 'answer' && !play.trouble;
  return isWhole ? fault % operations.length : LIST + (fault % (operations.length - LIST));
}

const LIST = operations.findIndex(({ name }) => name === 'sessions.list');

test('a script that met every fault ends by itself, silently, while the servers still hold their connections (T7, E3)', async () => {
  const servers = await Promise.all(
    faults.map(async ({ play }, index) => {
      const served = operations[operationOf(index)];
      if (served === undefined) throw new Error('there are no operations');
      const played = play(served, 'http://127.0.0.1:9');
      return startRawServer(() => played, 'all', Promise.resolve());
    }),
  );
  try {
    const calls = servers.map(({ port }, index) => [`http://127.0.0.1:${port}`, operationOf(index)]);
    const script = fileURLToPath(new URL('leaver.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(calls)]);
    const said = { out: '', err: '' };
    let endedAt = Number.NaN;
    child.stdout.on('data', (chunk) => {
      said.out += chunk;
      endedAt = performance.now();
    });
    child.stderr.on('data', (chunk) => {
      said.err += chunk;
    });
    const [code] = await once(child, 'close');
    const lingeredMs = performance.now() - endedAt;

    expect(said.err).toBe('');
    expect(code).toBe(0);
    const outcomes = JSON.parse(said.out) as Record<string, number>;
    expect(Object.keys(outcomes).filter((code) => !/^[a-z_]+$/.test(code))).toEqual([]);
    expect(Object.values(outcomes).reduce((a, b) => a + b, 0)).toBe(faults.length);
    expect(outcomes['timeout']).toBeGreaterThan(0);
    expect(lingeredMs).toBeLessThan(2_500);
    expect(seenIn(said)).toEqual([]);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}, 60_000);
