import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runNode } from '../scripts/package/run.ts';
import { spreadOf } from './slices.ts';

/** What an upload of 200 MB took. */
export interface Upload {
  /** The most that the process had in memory, in bytes. */
  readonly memory: number;
  /** Until its first byte was at the server. */
  readonly firstByteMs: number;
}

/** By plain fetch, and by the client's. */
export type Uploads = Readonly<Record<'plain' | 'traq', Upload>>;

/** Uploads by turns, each time in a process of its own; the medians. */
export async function measureUploads(program: string, rounds: number): Promise<Uploads> {
  let firstByteAt = Number.NaN;
  const server = createServer((request, response) => {
    request.once('data', () => {
      firstByteAt = Date.now();
    });
    request.resume().on('end', () => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const uploads: Record<keyof Uploads, Upload[]> = { plain: [], traq: [] };
  for (let round = 0; round < rounds; round++) {
    for (const way of ['plain', 'traq'] as const) {
      const { stdout, output } = await runNode([program, way, baseUrl]);
      if (!stdout) throw new Error(output);
      const { begunAt, memory } = JSON.parse(stdout) as { begunAt: number; memory: number };
      uploads[way].push({ memory, firstByteMs: firstByteAt - begunAt });
    }
  }
  server.close();
  return { plain: medianOf(uploads.plain), traq: medianOf(uploads.traq) };
}

function medianOf(uploads: readonly Upload[]): Upload {
  const median = (of: keyof Upload): number => spreadOf(uploads.map((upload) => upload[of])).median;
  return { memory: median('memory'), firstByteMs: median('firstByteMs') };
}
