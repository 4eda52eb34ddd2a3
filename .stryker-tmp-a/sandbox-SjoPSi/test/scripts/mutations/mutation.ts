import type { Description } from '../upstream-like.ts';

export interface Mutation {
  readonly apply: (description: Description) => void;
  readonly class: 'same' | 'docs' | 'compatible' | 'breaking';
  /** `breaking, compatible or covered | place | what | methods` */
  readonly changes: readonly string[];
  readonly texts?: readonly string[];
  readonly overlay?: readonly string[];
}

export const login = (d: Description): Description => d.paths['/login'].post;
export const logout = (d: Description): Description => d.paths['/logout'].post;
export const sessions = (d: Description): Description => d.paths['/users/me/sessions'].get;
export const session = (d: Description): Description => d.components.schemas.LoginSession;
export const credentials = (d: Description): Description => d.components.schemas.PostLoginRequest;
export const rename = (record: Description, from: string, to: string): void => {
  record[to] = record[from];
  delete record[from];
};

export const behindLogin: string =
  'sessions.list, sessions.revoke, externalAccounts.list, externalAccounts.link, externalAccounts.unlink';
export const every: string = `login, logout, ${behindLogin}`;
