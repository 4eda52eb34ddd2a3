import { atMost, type Finding } from '../scripts/package/finding.ts';
import { importFinding } from '../scripts/package/import-time.ts';
import type { ContestantName } from './contestants.ts';
import type { Measurement } from './measure.ts';
import { type OperationName, operationNames } from './operations.ts';
import { overParts, type Slices, type Spread } from './slices.ts';
import type { Uploads } from './uploads.ts';

/** What a call may cost beyond raw fetch, as a share of what it costs by the two clients nearest to this one. */
const OWN_COST = { 'openapi-fetch': 0.7, '@traptitech/traq': 0.1 } as const;
/** The same of one operation by itself. */
const OWN_COST_OF_EACH = 0.9;
/** The memory of an upload, as a multiple of plain fetch's, and how much later its first byte may be there. */
const UPLOAD_MEMORY = 1.3;
const FIRST_BYTE_LATER_MS = 25;

/** Everything that was measured. */
export interface Figures extends Measurement {
  readonly uploads: Uploads;
  /** Milliseconds of each round. */
  readonly imports: Readonly<Record<Exclude<ContestantName, `raw fetch${string}`>, readonly number[]>>;
}

/** What a call costs beyond raw fetch, as a share of what it costs by another client. */
export function ownCost(stub: Slices<ContestantName>, name: ContestantName, of: ContestantName): Spread {
  return overParts(stub, (best) => (best[name] - best['raw fetch']) / (best[of] - best['raw fetch']));
}

/** The same of one operation; a logout was measured together with a login. */
export function ownCostOfEach(
  each: Measurement['each'],
  operation: OperationName,
  name: ContestantName,
  of: ContestantName,
): Spread {
  if (operation !== 'logout') return ownCost(each[operation], name, of);
  const own = (slices: Slices<ContestantName>, client: ContestantName): number =>
    overParts(slices, (best) => best[client] - best['raw fetch']).median;
  return overParts(each.logout, (best) => {
    const beyond = (client: ContestantName): number => best[client] - best['raw fetch'] - own(each.login, client);
    return beyond(name) / beyond(of);
  });
}

/** Holds the figures against the budgets. */
export function budgets({ stub, each, imports, uploads }: Figures): Finding[] {
  const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;
  const ratio = (value: number): string => value.toFixed(2);
  const costs = (['openapi-fetch', '@traptitech/traq'] as const).map((of) => {
    const { median, low, high } = ownCost(stub, 'traq-auth', of);
    // How far raw fetch is from itself, and the parts of the run from each other.
    const noise = Math.abs(ownCost(stub, 'raw fetch again', of).median) + (high - low) / 2;
    return atMost(`own cost per call, of ${of}'s`, median, OWN_COST[of], ratio, noise);
  });
  const costsOfEach = operationNames.map((operation) => {
    const { median, low, high } = ownCostOfEach(each, operation, 'traq-auth', 'openapi-fetch');
    const noise =
      Math.abs(ownCostOfEach(each, operation, 'raw fetch again', 'openapi-fetch').median) + (high - low) / 2;
    return atMost(`own cost of ${operation}, of openapi-fetch's`, median, OWN_COST_OF_EACH, ratio, noise);
  });
  const memory = uploads.traq.memory / uploads.plain.memory;
  const later = uploads.traq.firstByteMs - uploads.plain.firstByteMs;
  return [
    ...costs,
    ...costsOfEach,
    atMost("memory of an upload of 200 MB, of plain fetch's", memory, UPLOAD_MEMORY, ratio),
    atMost("first byte of it, later than plain fetch's", later, FIRST_BYTE_LATER_MS, milliseconds),
    importFinding(imports['traq-auth'], imports['openapi-fetch']),
  ];
}
