import { createTraqAuth, type TraqAuth } from '../../src/index.ts';
import { memoryStore } from '../support/memory-store.ts';
import { errorFullOfSecrets, secrets } from './canary.ts';
import type { Operation } from './operations.ts';

const DAY_MS = 86_400_000;
/** How old the held session is: young, due for rotation, or at the edge of that: a first list brought no new token (S5). */
export type Age = 'young' | 'edge' | 'due';
const ages: Readonly<Record<Age, number>> = { young: 0, edge: 14 * DAY_MS - 300_000, due: 15 * DAY_MS };

/** How the caller's own parts behave: well, or by throwing all the secrets that they know. */
export type Manners = 'well behaved' | 'hostile';

/** Whoever uses the client: its fetch, its store and its callbacks. */
export interface Caller {
  readonly traq: TraqAuth;
  /** The token in the store. */
  kept(): string | undefined;
  /** What fetch has given. */
  readonly responses: readonly Response[];
}

export interface CallerOptions {
  readonly operation: Operation;
  readonly age: Age;
  readonly manners: Manners;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly headersCame: () => void;
}

/** Makes the caller of one cell. */
export async function createCaller(options: CallerOptions): Promise<Caller> {
  const { operation, age, manners, fetch, headersCame, ...rest } = options;
  const { anonymous = false, carries } = operation;
  // Only of what was ever told to the client can it know that it is a secret.
  const throwAll = (...told: string[]): never => {
    throw errorFullOfSecrets([...carries, ...told]);
  };
  const isHostile = manners === 'hostile';
  const store = memoryStore(anonymous ? undefined : { token: secrets.token, issuedAt: Date.now() - ages[age] });
  if (isHostile) Object.assign(store, { write: ({ token }: { token: string }) => throwAll(token), clear: throwAll });
  const responses: Response[] = [];
  let isFirstList = age === 'edge' && !anonymous;
  const traq = createTraqAuth({
    ...rest,
    sessionStore: store,
    accessToken: secrets.accessToken,
    ...(isHostile && !anonymous && { getCredentials: () => throwAll() }),
    fetch: async (url, init) => {
      if (isFirstList) return Response.json([]);
      const sent = fetch(url, init);
      const response = await (isHostile ? sent.catch(() => throwAll()) : sent);
      responses.push(response);
      headersCame();
      return response;
    },
  });
  if (isFirstList) await traq.sessions.list();
  isFirstList = false;
  return { traq, kept: () => store.kept?.token, responses };
}
