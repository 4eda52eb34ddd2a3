import { createTraqAuth, type StoredSession, type TraqAuth } from '../../src/index.ts';
import { memoryStore } from '../support/memory-store.ts';
import { errorFullOfSecrets, secrets } from './canary.ts';
import type { Connections } from './connections.ts';
import type { Operation } from './operations.ts';

/** Whoever uses the client: its fetch, its store and its callbacks. */
export interface Caller {
  readonly traq: TraqAuth;
  /** The token in the store. */
  kept(): string | undefined;
}

/** How the caller's own parts behave: well, or by throwing all the secrets that they know. */
export type Manners = 'well behaved' | 'hostile';

export interface CallerOptions {
  readonly operation: Operation;
  readonly origin: string;
  readonly connections: Connections;
  readonly manners: Manners;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly headersCame: () => void;
}

/** Makes the caller of one cell. */
export function createCaller(options: CallerOptions): Caller {
  const { operation, origin, connections, manners, timeoutMs, maxRetries, headersCame } = options;
  // Only of what was ever told to the client can it know that it is a secret.
  const throwAll = (...told: string[]): never => {
    throw errorFullOfSecrets([...operation.carries, ...told]);
  };
  const isHostile = manners === 'hostile';
  const anonymous = operation.anonymous ?? false;
  const store = memoryStore(anonymous ? undefined : { token: secrets.token, issuedAt: Date.now() });
  if (isHostile) {
    store.write = ({ token }: StoredSession) => throwAll(token);
    store.clear = () => throwAll();
  }
  const traq = createTraqAuth({
    baseUrl: `${origin}/api/v3`,
    sessionStore: store,
    maxRetries,
    timeoutMs,
    accessToken: secrets.accessToken,
    ...(isHostile && !anonymous && { getCredentials: () => throwAll() }),
    fetch: async (url, init) => {
      const response = await connections.fetch(url, init).catch((cause: unknown) => {
        if (isHostile) throwAll();
        throw cause;
      });
      headersCame();
      return response;
    },
  });
  return { traq, kept: () => store.kept?.token };
}
