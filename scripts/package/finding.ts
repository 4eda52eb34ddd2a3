/** One line of a report: what was looked at, and what was found. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  readonly ok: boolean;
}

/** A finding whose figure must not be above its budget, by more than its own noise if it has any. */
export function atMost(
  what: string,
  figure: number,
  budget: number,
  show: (value: number) => string,
  noise = 0,
): Finding {
  const spread = noise === 0 ? '' : ` ± ${show(noise)}`;
  return { what, figure: `${show(figure)}${spread}, at most ${show(budget)}`, ok: figure - noise <= budget };
}

/** A finding of what is wrong, of which there is to be nothing. */
export function nothing(what: string, wrong: string): Finding {
  return { what, figure: wrong === '' ? 'nothing wrong' : `wrong\n${wrong}`, ok: wrong === '' };
}

/** A line for each finding, what is wrong below it. */
export function toReport(findings: readonly Finding[]): string {
  return findings.map(({ ok, what, figure }) => `${ok ? 'ok  ' : 'MISS'}  ${what}: ${figure}`).join('\n');
}
