import type { operations } from '../../generated/schema.ts';

/** The facade's method for each operation. The compiler asks for a line here when an operation comes or goes. */
const facadeMethods = {
  login: 'login',
  logout: 'logout',
  getMySessions: 'sessions.list',
  revokeMySession: 'sessions.revoke',
  getMyExternalAccounts: 'externalAccounts.list',
  linkExternalAccount: 'externalAccounts.link',
  unlinkExternalAccount: 'externalAccounts.unlink',
} satisfies Record<keyof operations, string>;

/** The facade's methods for the operations, in their order; an operation without a method is named by its id. */
export function methodsOf(operationIds: Iterable<string>): string[] {
  const ids = new Set(operationIds);
  const known = Object.entries(facadeMethods).flatMap(([id, method]) => (ids.delete(id) ? [method] : []));
  return [...known, ...ids];
}
