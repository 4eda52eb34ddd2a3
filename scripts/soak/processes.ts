import { createFakeTraq } from '../../src/testing/index.ts';
import { CALLS } from './calls.ts';
import { Crew } from './crew.ts';
import { Figures } from './figures.ts';
import { randomOf } from './random.ts';
import { soak, user } from './rounds.ts';
import { sharedStore } from './shared-store.ts';

/** Makes that many calls, or a few more, by processes that share a login by the store at `address`, over HTTP. */
export async function soakProcesses(count: number, address: string, calls: number, seed: number): Promise<Figures> {
  const server = createFakeTraq({ users: [user], now: () => 1_800_000_000_000, rateLimit: false });
  const { baseUrl, close } = await server.listen();
  const { store, close: closeStore } = sharedStore(address);
  const crew = new Crew(server, baseUrl, address);
  const figures = new Figures();
  try {
    await crew.fill(count);
    await crew.batch();
    const sharers = { server, store, batch: () => crew.batch() };
    await soak(sharers, Math.ceil(calls / (count * CALLS)), randomOf(seed), figures);
    return figures;
  } finally {
    await crew.end();
    closeStore();
    await close();
  }
}
