import fc from 'fast-check';
import type { TraqAuth } from '../../src/browser.ts';

/** Something that a client does until its caller leaves; it rejects with `not_logged_in` where a response says so. */
type Act<T> = (client: T, signal: AbortSignal) => Promise<unknown>;

export const alice: { name: string; password: string } = { name: 'alice', password: 'password-alice' };

/** What clients do, beside each other; each succeeds if somebody is logged in. */
export const asking: Record<string, Act<TraqAuth>> = {
  list: ({ sessions }, signal) => sessions.list({ signal }),
  fetch: async ({ fetch }, signal) => isFine(await fetch('/users/me', { signal })),
  ready: async ({ ready }, signal) => isFine({ ok: await ready({ signal }) }),
};

/** What changes that. */
export const changing: typeof asking = {
  login: ({ login }, signal) => login({ ...alice, signal }),
  logout: ({ logout }, signal) => logout({ signal }),
  logoutAll: ({ logout }, signal) => logout({ allSessions: true, signal }),
  logoutByFetch: async ({ fetch }, signal) => isFine(await fetch('/logout', { method: 'POST', signal })),
};

/** Rejects with the code of an error where a response, or what stands for one, says that something failed. */
export function isFine({ ok, status = 401 }: { ok: boolean; status?: number }): void {
  if (!ok) throw { code: status < 500 ? 'not_logged_in' : 'server_error' };
}

/** One of these acts: by which client, when it begins, and after which time its caller leaves, in ms. */
export interface Moment {
  readonly name: string;
  readonly client: number;
  readonly at: number;
  readonly leaves: number | null;
}

/** Some acts at once: more of the first kind than of the second. */
export function momentsOf(quiet: object, others: object): fc.Arbitrary<Moment[]> {
  const moment = fc.record({
    name: fc.constantFrom(...Object.keys(quiet), ...Object.keys(quiet), ...Object.keys(others)),
    client: fc.nat(2),
    at: fc.oneof(fc.nat(5), fc.nat(2500)),
    leaves: fc.option(fc.nat(1500), { freq: 3 }),
  });
  return fc.array(moment, { minLength: 2, maxLength: 6 });
}

/** Does one of these acts. */
export async function act<T>(
  acts: Readonly<Record<string, Act<T>>>,
  clients: readonly T[],
  { name, client, at, leaves }: Moment,
): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, at));
  const controller = new AbortController();
  if (leaves !== null) setTimeout(() => controller.abort({ code: 'left' }), leaves);
  await acts[name]?.(clients[client % clients.length] as T, controller.signal);
}

/** Of the outcomes of acts those of one kind, by name. */
export function outcomesOf(moments: readonly Moment[], outcomes: readonly unknown[], kind: RegExp): unknown[] {
  return outcomes.filter((_, nth) => kind.test(`${moments[nth]?.name}`));
}
