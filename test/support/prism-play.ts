import { createTraqAuth, isTraqError, type StoredSession, type TraqAuth } from '../../src/index.ts';
import { memoryStore } from './memory-store.ts';
import { complaintsAbout } from './prism-guard.ts';
import { CALLER_HEADER, type PrismAddresses } from './prism-record.ts';

/** What the client's clock says. */
export const NOW: number = Date.UTC(2026, 10, 24, 12);

/** A session that no rotation is due for; its token is made up. */
export const HELD: StoredSession = { token: 'held-token', issuedAt: NOW - 86_400_000 };

/** How a call of the client's is to be answered. */
export interface Scene {
  readonly prism: PrismAddresses;
  /** Under which name the record keeps the request. */
  readonly caller: string;
  readonly status: number;
  /** Name of the response's example; the first one unless given. */
  readonly example?: string | undefined;
  /** The session that the client holds. */
  readonly held?: StoredSession | undefined;
}

/** What came of a call. */
export interface Played {
  readonly result: { readonly value: unknown } | { readonly error: unknown };
  /** How many requests were sent. */
  readonly requests: number;
  /** What the guard says of the responses. */
  readonly complaints: readonly string[];
  /** The session that the client holds afterwards. */
  readonly session: StoredSession | undefined;
}

/** Has the client, as users have it, make one call which Prism answers as the scene says. */
export async function play(call: (traq: TraqAuth) => Promise<unknown>, scene: Scene): Promise<Played> {
  const { prism, caller, status, example, held } = scene;
  const complaints: string[] = [];
  let requests = 0;
  const sessionStore = memoryStore(held);
  const traq = createTraqAuth({
    baseUrl: prism.url,
    sessionStore,
    now: () => NOW,
    maxRetries: 0,
    // Never to be seen by Prism, as long as T5 holds.
    accessToken: 'made-up-access-token',
    async fetch(url, init) {
      requests += 1;
      const headers = new Headers(init.headers);
      headers.set('prefer', `code=${status}${example === undefined ? '' : `, example=${example}`}`);
      headers.set(CALLER_HEADER, caller);
      const response = await fetch(url, { ...init, headers });
      complaints.push(...(await complaintsAbout(response.clone(), status)));
      return response;
    },
  });
  const result = await call(traq).then(
    (value) => ({ value }),
    (error: unknown) => ({ error: isTraqError(error) ? error.toJSON() : error }),
  );
  return { result, requests, complaints, session: sessionStore.kept };
}
