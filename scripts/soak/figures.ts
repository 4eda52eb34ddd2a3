/** What a soak counts. */
export class Figures {
  calls = 0;
  /** Calls that were refused though credentials were at hand. */
  spuriousNotLoggedIn = 0;
  /** Sessions left behind that no lost response explains. */
  orphans = 0;
  /** Responses that carried a new token and were lost. */
  lostResponses = 0;
  /** Sessions that these left behind. */
  lostSessions = 0;
  /** Ends of a session: expiries, and tokens whose successor was lost. */
  losses = 0;
  /** Logins after the first. */
  reLogins = 0;
  /** Errors that no fault explains, by code. */
  readonly unexpected: Map<string, number> = new Map();
}

/** What is not as it should be. */
export function complaints({ spuriousNotLoggedIn, orphans, reLogins, losses, unexpected }: Figures): string[] {
  const wrong = [...unexpected].map(([code, count]) => `${count} unexpected errors: ${code}`);
  if (spuriousNotLoggedIn > 0) wrong.push(`${spuriousNotLoggedIn} calls were refused for no reason`);
  if (orphans > 0) wrong.push(`${orphans} sessions were left behind`);
  if (reLogins !== losses) wrong.push(`${reLogins} re-logins for ${losses} losses`);
  return wrong;
}
