/** The measures of a scenario. */
export type Measures = Readonly<Record<string, number>>;

/** The bound of a measure: a number, or the least and the greatest. */
export type Bounds = Readonly<Record<string, number | readonly [number, number]>>;

/** Compares measures with their bounds, prints both, and counts. */
export class Judge {
  passed = 0;
  failed = 0;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Every measure has a bound. @param notes - what failed, for the reader. */
  judge(title: string, measures: Measures, bounds: Bounds, notes: readonly string[] = []): void {
    const line = `${title}: ${JSON.stringify(measures)}`;
    if (Object.entries(measures).every(([name, value]) => isWithin(value, bounds[name]))) {
      console.log(`ok   ${this.#name}: ${line}`);
      this.passed++;
    } else this.fail([`${line} must be ${JSON.stringify(bounds)}`, ...new Set(notes)].join('\n       '));
  }

  /** Counts what does not hold, or a scenario that could not be finished. */
  fail(what: unknown): void {
    console.log(`FAIL ${this.#name}:`, what);
    this.failed++;
  }
}

function isWithin(value: number, bound: Bounds[string] | undefined): boolean {
  if (bound === undefined) return false;
  const [least, greatest] = typeof bound === 'number' ? [bound, bound] : bound;
  return value >= least && value <= greatest;
}
