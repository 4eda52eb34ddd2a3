import fc from 'fast-check';

/** How often each property is tried: `TRAQ_AUTH_PROPERTY_RUNS`, else 400. */
const numRuns = Number(process.env['TRAQ_AUTH_PROPERTY_RUNS'] ?? 400);
/** What the inputs are drawn from: `TRAQ_AUTH_PROPERTY_SEED` to see a failure again, else new each time. */
const seed = Number(process.env['TRAQ_AUTH_PROPERTY_SEED'] ?? Date.now() % 2_147_483_647);

/** Tries a property, and says from which seed. */
export async function hold<T extends [unknown, ...unknown[]]>(
  name: string,
  property: fc.IAsyncProperty<T>,
): Promise<void> {
  console.log(`property: ${name}: ${numRuns} runs, TRAQ_AUTH_PROPERTY_SEED=${seed}`);
  await fc.assert(property, { seed, numRuns });
}

/** Long enough for many runs on a machine that does much else. */
export const timeout: number = 60_000 + numRuns * 20;
