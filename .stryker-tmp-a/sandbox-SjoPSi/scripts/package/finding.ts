/** One line of a report: what was looked at, what was found, what is allowed. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  readonly budget: string;
  readonly ok: boolean;
  /** What to look at if it is a miss. */
  readonly details?: string | undefined;
}

/** A finding whose figure must not be above its budget. */
export function atMost(what: string, figure: number, budget: number, show: (value: number) => string): Finding {
  return { what, figure: show(figure), budget: `≤ ${show(budget)}`, ok: figure <= budget };
}

/** A finding whose figure must not be above its budget by more than its own noise. */
export function atMostByNoise(
  what: string,
  figure: number,
  noise: number,
  budget: number,
  show: (value: number) => string,
): Finding {
  return {
    what,
    figure: `${show(figure)} ± ${show(noise)}`,
    budget: `≤ ${show(budget)}`,
    ok: figure - noise <= budget,
  };
}

/** A finding that lists what is wrong; an empty list is as it should be. */
export function nothing(what: string, faults: readonly string[], budget = 'no fault'): Finding {
  return {
    what,
    figure: faults.length === 0 ? 'none' : `${faults.length} wrong`,
    budget,
    ok: faults.length === 0,
    details: faults.join('\n'),
  };
}

/** The report as a table, the details of each miss below it. */
export function toReport(findings: readonly Finding[]): string {
  const rows = [
    ['', 'what', 'figure', 'budget'],
    ...findings.map(({ ok, what, figure, budget }) => [ok ? 'ok' : 'MISS', what, figure, budget]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const misses = findings.filter(({ ok, details }) => !ok && details);
  return [...table, ...misses.map(({ what, details }) => `\n${what}:\n${details}`)].join('\n');
}
