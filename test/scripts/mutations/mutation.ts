import type { Comparison } from '../../../scripts/contract/spec-comparison.ts';
import type { Description } from '../upstream-like.ts';

/**
 * What happens to the upstream file, the class that it must get, and what must be told: `place | what | methods`, with a
 * rating before it if that is not the class; `text | operation`, `overlay | what no longer fits`.
 */
export type Mutation = readonly [
  apply: (description: Description) => void,
  verdict: Comparison['class'],
  ...told: string[],
];
export type Mutations = Readonly<Record<string, Mutation>>;

export const login = (d: Description): Description => d.paths['/login'].post;
export const logout = (d: Description): Description => d.paths['/logout'].post;
export const sessions = (d: Description): Description => d.paths['/users/me/sessions'].get;
export const session = (d: Description): Description => d.components.schemas.LoginSession;
export const credentials = (d: Description): Description => d.components.schemas.PostLoginRequest;
export const rename = (record: Description, from: string, to: string): void => {
  record[to] = record[from];
  delete record[from];
};
/** Every operation of the description. */
export const operations = (d: Description): Description[] =>
  Object.values<Description>(d.paths).flatMap((item) =>
    Object.values<Description>(item).filter((one) => one.responses),
  );

export const every: string =
  'login, logout, sessions.list, sessions.revoke, externalAccounts.list, externalAccounts.link, externalAccounts.unlink';
