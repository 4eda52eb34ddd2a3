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
    const wrong = Object.entries(measures).filter(([name, value]) => !isWithin(value, bounds[name]));
    const list = Object.entries(measures).map(([name, value]) => `${name} ${value}`);
    console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${this.#name}: ${title}: ${list.join(', ')}`);
    for (const [name] of wrong) console.log(`       ${name} must be ${JSON.stringify(bounds[name])}`);
    if (wrong.length > 0) for (const note of new Set(notes)) console.log(`       ${note}`);
    if (wrong.length === 0) this.passed++;
    else this.failed++;
  }

  /** Counts a scenario that could not be finished as failed. */
  fail(error: unknown): void {
    console.log(`FAIL ${this.#name}:`, error);
    this.failed++;
  }
}

function isWithin(value: number, bound: Bounds[string] | undefined): boolean {
  if (bound === undefined) return false;
  const [least, greatest] = typeof bound === 'number' ? [bound, bound] : bound;
  return value >= least && value <= greatest;
}
