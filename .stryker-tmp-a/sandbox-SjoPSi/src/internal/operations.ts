import type { operations } from '../../generated/schema.ts';

/** Name of one of the seven operations. */
export type OperationId = keyof operations;

/** What the client knows of an operation, beside what openapi-fetch does. */
export interface Operation {
  /** Method and route template. */
  readonly route: string;
  /** The status of success; login and logout have 302 as well where a redirect was asked for (T2). */
  readonly expects: number;
  /** Text fields of each item of a list (T2). */
  readonly itemFields?: readonly string[];
  /** Whether it may be sent again after a passing failure (T8). */
  readonly isRetried?: boolean;
}

/** The seven operations. */
export const knownOperations: Readonly<Record<OperationId, Operation>> = {
  login: { route: 'POST /login', expects: 204 },
  logout: { route: 'POST /logout', expects: 204 },
  getMySessions: { route: 'GET /users/me/sessions', expects: 200, itemFields: ['id', 'issuedAt'], isRetried: true },
  revokeMySession: { route: 'DELETE /users/me/sessions/{sessionId}', expects: 204, isRetried: true },
  getMyExternalAccounts: {
    route: 'GET /users/me/ex-accounts',
    expects: 200,
    itemFields: ['providerName', 'externalName', 'linkedAt'],
    isRetried: true,
  },
  linkExternalAccount: { route: 'POST /users/me/ex-accounts/link', expects: 302 },
  unlinkExternalAccount: { route: 'POST /users/me/ex-accounts/unlink', expects: 204 },
};
