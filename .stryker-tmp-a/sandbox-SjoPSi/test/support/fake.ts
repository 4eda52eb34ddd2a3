import { createTraqAuth, type TraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { createFakeTraq, type FakeTraq } from '../../src/testing/index.ts';

export const DAY_MS = 86_400_000;
export const alice = { name: 'alice', password: 'password-alice' };
export const bob = { name: 'bob', password: 'password-bob' };
export const carol = { name: 'carol', password: 'password-carol' };

/** A fake with alice and bob, and carol, who is suspended. */
export function fakeTraq(): FakeTraq {
  let at = Date.UTC(2026, 10, 24);
  const server = createFakeTraq({ users: [alice, bob, carol], providers: ['github', 'oidc'], now: () => at++ });
  server.suspend('carol');
  return server;
}

/** A client of a fake, without a network between. */
export const clientOf = (server: FakeTraq, options: TraqAuthOptions = {}): TraqAuth =>
  createTraqAuth({ fetch: server.fetch, now: server.now, ...options });

/** A fake and a client on which alice is logged in; what arrives from then on is in `server.requests`. */
export async function loggedIn(options: TraqAuthOptions = {}): Promise<{ server: FakeTraq; traq: TraqAuth }> {
  const server = fakeTraq();
  const traq = clientOf(server, options);
  await traq.login(alice);
  server.requests.length = 0;
  return { server, traq };
}

/** What arrived, as `POST /login`. */
export const arrived = (server: FakeTraq): string[] =>
  server.requests.map(({ method, path }) => `${method} ${path.replace('/api/v3', '')}`);
