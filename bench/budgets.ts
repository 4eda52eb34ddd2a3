import { atMostByNoise, type Finding } from '../scripts/package/finding.ts';
import { IMPORT_ALLOWANCE_MS, importDifference } from '../scripts/package/import-time.ts';
import type { ContestantName } from './contestants.ts';
import type { Measurement } from './measure.ts';
import { overParts, type Slices, type Spread } from './slices.ts';

/** What a call may cost beyond raw fetch, as a share of what it costs by the two clients nearest to this one. */
const OWN_COST = { 'openapi-fetch': 0.75, '@traptitech/traq': 0.15 } as const;

/** Everything that was measured. */
export interface Figures extends Measurement {
  /** Milliseconds of each round. */
  readonly imports: Readonly<Record<Exclude<ContestantName, `raw fetch${string}`>, readonly number[]>>;
}

/** What a call costs beyond raw fetch, as a share of what it costs by another client. */
export function ownCost(stub: Slices<ContestantName>, name: ContestantName, of: ContestantName): Spread {
  return overParts(stub, (best) => (best[name] - best['raw fetch']) / (best[of] - best['raw fetch']));
}

/** Holds the figures against the budgets. */
export function budgets({ stub, imports }: Figures): Finding[] {
  const ratio = (value: number): string => value.toFixed(2);
  const costs = (['openapi-fetch', '@traptitech/traq'] as const).map((of) => {
    const { median, low, high } = ownCost(stub, 'traq-auth', of);
    // How far raw fetch is from itself, and the parts of the run from each other.
    const noise = Math.abs(ownCost(stub, 'raw fetch again', of).median) + (high - low) / 2;
    return atMostByNoise(`own cost per call, of ${of}'s`, median, noise, OWN_COST[of], ratio);
  });
  const { difference, noise } = importDifference(imports['traq-auth'], imports['openapi-fetch']);
  const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;
  return [
    ...costs,
    atMostByNoise("import, beyond openapi-fetch's own", difference, noise, IMPORT_ALLOWANCE_MS, milliseconds),
  ];
}
