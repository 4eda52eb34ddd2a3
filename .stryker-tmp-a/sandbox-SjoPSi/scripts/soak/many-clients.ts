import { createFakeTraq } from '../../src/testing/index.ts';
import { type Figures, noFigures } from './figures.ts';
import { heapInUse } from './heap.ts';
import { Household, IN_FLIGHT, type Kind } from './household.ts';
import { Random } from './random.ts';
import { DAY_MS, step } from './time.ts';

const kinds: readonly Kind[] = [
  { clients: 1, credentials: false },
  { clients: 1, credentials: true },
  { clients: 2, credentials: false },
  { clients: 3, credentials: true },
];

/** What a soak of many clients found, and by how much the heap has grown since it was warm, in bytes. */
export interface Soaked {
  readonly figures: Figures;
  readonly days: number;
  readonly heapGrowth: number;
}

/** Makes that many calls, or a few more, by the clients of eight users, through the years. */
export async function soakManyClients(calls: number, seed: number): Promise<Soaked> {
  const random = new Random(seed);
  const figures = noFigures();
  const server = createFakeTraq({ now: () => 1_800_000_000_000, rateLimit: false, recordRequests: false });
  const start = server.now();
  const households = [...kinds, ...kinds].map(
    (kind, index) => new Household(server, `user-${index}`, kind, random, figures),
  );
  const rounds = Math.ceil(calls / (households.length * IN_FLIGHT));
  const warm = Math.floor(rounds / 5);
  let warmHeap = heapInUse();
  for (let round = 0; round < rounds; round++) {
    if (round === warm) warmHeap = heapInUse();
    await Promise.all(households.map((household) => household.round()));
    server.advance(step(random));
    for (const household of households) household.expire();
  }
  // The last round left losses open that nobody has logged in after.
  await Promise.all(households.map((household) => household.round()));
  return { figures, days: (server.now() - start) / DAY_MS, heapGrowth: heapInUse() - warmHeap };
}
