/** Does a piece of work some times over, and says how many calls that were. */
export type Work = () => Promise<number>;

/** Time per call of each slice, in nanoseconds, by the name of the work. */
export type Slices<Name extends string> = Readonly<Record<Name, readonly number[]>>;

export interface SliceOptions {
  readonly rounds: number;
  readonly sliceMs: number;
  /** How long each work runs beforehand, so that the compiler has seen it. */
  readonly warmUpMs: number;
}

/**
 * Times several works in short alternating slices, so that whatever else the machine does strikes them all alike. Each
 * round begins with another work.
 */
export async function slice<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  { rounds, sliceMs, warmUpMs }: SliceOptions,
): Promise<Slices<Name>> {
  const names = Object.keys(works) as Name[];
  const slices = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await timed(works[name], warmUpMs);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length] as Name;
      slices[name].push(await timed(works[name], sliceMs));
    }
  }
  return slices;
}

async function timed(work: Work, sliceMs: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < sliceMs) {
    calls += await work();
    elapsed = performance.now() - start;
  }
  return (elapsed * 1e6) / calls;
}

/** A figure: its median over the parts of the run, and between what the middle half of them is. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const PARTS = 5;

/**
 * Computes a figure from the best slices of each work, in five parts: every fifth round.
 *
 * The best slices are the ones that nothing disturbed; how far the parts disagree says what the figure is worth.
 */
export function overParts<Name extends string>(
  slices: Slices<Name>,
  figure: (best: Readonly<Record<Name, number>>) => number,
): Spread {
  const names = Object.keys(slices) as Name[];
  const figures = Array.from({ length: PARTS }, (_, part) => {
    const best = names.map((name) => {
      const all = slices[name];
      return [name, bestOf(all.filter((_time, round) => round % PARTS === part))] as const;
    });
    return figure(Object.fromEntries(best) as Record<Name, number>);
  });
  return spreadOf(figures);
}

/** The mean of the best tenth. */
function bestOf(times: readonly number[]): number {
  const best = [...times].sort((a, b) => a - b).slice(0, Math.max(1, Math.floor(times.length / 10)));
  return best.reduce((sum, time) => sum + time, 0) / best.length;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}
