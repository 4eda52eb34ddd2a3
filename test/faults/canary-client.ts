import { createTraqAuth, type SessionStore, type TraqAuthOptions } from '../../src/index.ts';
import { memoryStore } from '../support/memory-store.ts';
import { secrets } from './canary.ts';

export type Fetch = NonNullable<TraqAuthOptions['fetch']>;
export type Traq = ReturnType<typeof createTraqAuth>;

export const day = 86_400_000;
export const credentials: { name: string; password: string } = { name: 'alice', password: secrets.password };
export const cookie = { 'set-cookie': `r_session=${secrets.freshToken}; Path=/; Max-Age=2419200` };
export const clear = { 'set-cookie': 'r_session=; Max-Age=0' };
export const answer =
  (status: number, headers: Record<string, string> = {}, body: string | null = null): Fetch =>
  async () =>
    new Response(body, { status, headers });

export const storeOf = (ageMs: number): SessionStore =>
  memoryStore({ token: secrets.token, issuedAt: Date.now() - ageMs });

export function client(options: TraqAuthOptions): Traq {
  return createTraqAuth({ baseUrl: 'http://127.0.0.1/api/v3', maxRetries: 0, timeoutMs: 2_000, ...options });
}

export const held = (ageMs: number = day): TraqAuthOptions => ({ sessionStore: storeOf(ageMs) });

export const post = (traq: Traq): Promise<unknown> =>
  traq.fetch(`/users/me/password?q=${encodeURIComponent(secrets.query)}`, {
    method: 'PUT',
    body: JSON.stringify({ password: secrets.password }),
  });
