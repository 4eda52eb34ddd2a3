import type { operations } from '../../generated/schema.ts';

/** The method by which users reach each operation. The compiler asks for a line here when an operation comes or goes. */
const facadeMethods = {
  login: 'login',
  logout: 'logout',
  getMySessions: 'sessions.list',
  revokeMySession: 'sessions.revoke',
  getMyExternalAccounts: 'externalAccounts.list',
  linkExternalAccount: 'externalAccounts.link',
  unlinkExternalAccount: 'externalAccounts.unlink',
} satisfies Record<keyof operations, string>;

/** The methods that reach the operations, in the order of the facade; an operation that has none goes by its id. */
export function methodsOf(operationIds: Iterable<string>): string[] {
  const ids = new Set(operationIds);
  const known = Object.entries(facadeMethods).flatMap(([id, method]) => (ids.delete(id) ? [method] : []));
  return [...known, ...ids];
}
