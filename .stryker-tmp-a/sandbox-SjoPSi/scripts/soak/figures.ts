/** What a soak counts. */
export interface Figures {
  calls: number;
  /** Calls that were refused though nothing had ended or lost the session. */
  spuriousNotLoggedIn: number;
  /** Sessions left behind that no lost answer explains. */
  orphans: number;
  /** Answers that carried a new token and were lost: by a fault, or by a caller who left. */
  lostAnswers: number;
  /** Sessions that these left behind. */
  lostSessions: number;
  /** Ends of a session: expiries, logouts, and tokens whose successor was lost. */
  losses: number;
  /** Logins after the first of each user. */
  reLogins: number;
  /** Tokens that the server has replaced. */
  rotations: number;
  /** Errors that no fault explains, by code. */
  unexpected: Map<string, number>;
}

export function noFigures(): Figures {
  return {
    calls: 0,
    spuriousNotLoggedIn: 0,
    orphans: 0,
    lostAnswers: 0,
    lostSessions: 0,
    losses: 0,
    reLogins: 0,
    rotations: 0,
    unexpected: new Map(),
  };
}

/** Counts an error that is not to be. */
export function countUnexpected({ unexpected }: Figures, code: string): void {
  unexpected.set(code, (unexpected.get(code) ?? 0) + 1);
}

/** What is not as it should be. */
export function complaints(figures: Figures): string[] {
  const { spuriousNotLoggedIn, orphans, reLogins, losses, unexpected } = figures;
  const wrong: string[] = [];
  if (spuriousNotLoggedIn > 0) wrong.push(`${spuriousNotLoggedIn} calls were refused for no reason`);
  if (orphans > 0) wrong.push(`${orphans} sessions were left behind`);
  if (reLogins !== losses) wrong.push(`${reLogins} re-logins for ${losses} losses`);
  for (const [code, count] of unexpected) wrong.push(`${count} unexpected errors: ${code}`);
  return wrong;
}
