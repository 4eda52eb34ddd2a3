import type { Random } from './random.ts';

export const DAY_MS = 86_400_000;

/** How far the clock moves between two rounds: mostly a few days; at times to the edge of the 14, or beyond the 28. */
export function step(random: Random): number {
  const kind = random.next();
  if (kind < 0.6) return random.below(3 * DAY_MS);
  if (kind < 0.75) return 14 * DAY_MS - random.below(660_000);
  if (kind < 0.8) return random.below(600_000);
  if (kind < 0.97) return 10 * DAY_MS + random.below(8 * DAY_MS);
  return 28 * DAY_MS + random.below(DAY_MS);
}
