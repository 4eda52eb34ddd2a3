import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SessionStore, TraqAuth } from '../../src/index.ts';
import type { FakeOperation } from '../../src/testing/index.ts';
import { alice, DAY as day, lockedStore, mapStore, MINUTE as minute, quiet, Stage } from './stage.ts';

/** What ought to be the case. */
interface Model {
  password: string;
  /** For each client, whether it may hold a session: one that it has, or one that it will find in its store. */
  holds: boolean[];
}

/** The clients under test, and the server that they are compared with. */
class World {
  readonly stage = new Stage();
  readonly store: SessionStore | undefined;
  readonly withCredentials: boolean;
  clients: TraqAuth[];
  /** Live sessions that are no client's: opened elsewhere, or left behind by an answer that was lost. */
  readonly others = new Set<string>();

  readonly model: Model;

  constructor(setting: Setting, model: Model) {
    this.model = model;
    this.store = setting.store();
    this.withCredentials = setting.credentials;
    this.clients = Array.from({ length: setting.clients }, () => this.client());
  }

  client(): TraqAuth {
    const { store: sessionStore, model } = this;
    const getCredentials = this.withCredentials ? () => ({ name: 'alice', password: model.password }) : undefined;
    return this.stage.client({ sessionStore, getCredentials });
  }

  get ours(): string[] {
    return this.stage.tokens.filter((token) => !this.others.has(token));
  }
}

type Step = (model: Model, world: World) => Promise<void>;

async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    const value = await promise;
    return value instanceof Response ? value.status : 'ok';
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}

/** One of several calls; each says `ok`, or what it failed with. */
async function call(traq: TraqAuth, kind: number, signal?: AbortSignal): Promise<unknown> {
  const options = signal === undefined ? {} : { signal };
  if (kind % 3 === 0) return await outcome(traq.sessions.list(options));
  if (kind % 3 === 1) return await outcome(traq.externalAccounts.list(options));
  const answer = await outcome(traq.fetch('/users/me', options));
  return answer === 200 ? 'ok' : answer === 401 ? 'not_logged_in' : answer;
}

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** Any number of calls at once: all fine if there is a session, or one can be made; else all told so. */
const calls =
  (index: number, count: number): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const alive = world.ours.length === 1 && model.holds[who];
    const fine = alive || world.withCredentials;
    const results = await Promise.all(Array.from({ length: count }, (_, kind) => call(at(world.clients, who), kind)));
    expect(new Set(results)).toEqual(new Set([fine ? 'ok' : 'not_logged_in']));
    model.holds[who] = Boolean(fine);
  };

const login =
  (index: number, ifLoggedIn: 'error' | 'keep' | 'replace', right: boolean): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const [before] = world.ours;
    const password = right ? model.password : 'wrong';
    const result = await outcome(at(world.clients, who).login({ name: 'alice', password, ifLoggedIn }));
    // Clients that share a store have its lock, under which they look into it.
    const held = before !== undefined && (model.holds[who] || world.store !== undefined);
    if (held && ifLoggedIn !== 'replace') expect(result).toBe(ifLoggedIn === 'keep' ? 'ok' : 'already_logged_in');
    else expect(result).toBe(right ? 'ok' : 'invalid_credentials');
    model.holds[who] = held || right;
    if (held && !(ifLoggedIn === 'replace' && right)) expect(world.ours).toHaveLength(1);
    else if (right) expect(world.ours).not.toContain(before);
  };

const logout =
  (index: number, allSessions: boolean): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const alive = world.ours.length === 1 && (model.holds[who] || world.store !== undefined);
    const result = await outcome(at(world.clients, who).logout({ allSessions }));
    expect(result).toBe(allSessions && !alive ? 'not_logged_in' : 'ok');
    model.holds[who] = false;
    expect(world.ours).toEqual([]);
    if (allSessions && alive) expect(world.stage.tokens).toEqual([]);
  };

const advance =
  (ms: number): Step =>
  async (_model, { stage }) =>
    stage.server.advance(ms);

const endElsewhere: Step = async (_model, { stage, ours }) => {
  for (const token of ours) {
    const headers = { cookie: `r_session=${token}` };
    await stage.server.fetch('http://fake/api/v3/logout?all=true', { method: 'POST', headers });
  }
};

const openElsewhere: Step = async (_model, { stage, others }) => {
  others.add(stage.server.openSession('alice').token);
};

const changePassword =
  (index: number, right: boolean): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const fine = (world.ours.length === 1 && model.holds[who]) || world.withCredentials;
    const newPassword = model.password === alice.password ? 'another-password' : alice.password;
    const body = JSON.stringify({ password: right ? model.password : 'wrong', newPassword });
    const headers = { 'content-type': 'application/json' };
    const { status } = await at(world.clients, who).fetch('/users/me/password', { method: 'PUT', headers, body });
    expect(status).toBe(fine && right ? 204 : 401);
    if (status === 204) {
      model.password = newPassword;
      expect(world.stage.tokens).toEqual([]);
    } else if (fine) expect(world.ours).toHaveLength(1);
    model.holds[who] = Boolean(fine);
  };

const restart =
  (index: number): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    world.clients[who] = world.client();
    // In memory a session goes with its client, and lives on at the server.
    if (world.store === undefined) for (const token of world.ours) world.others.add(token);
    model.holds[who] = world.store !== undefined;
  };

/** What a step may do when something goes wrong in it: call, log in or log out. */
async function act(
  traq: TraqAuth,
  what: 'calls' | 'login' | 'logout',
  model: Model,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal === undefined ? {} : { signal };
  if (what === 'calls') await Promise.all([0, 1, 2, 3, 4, 5].map((kind) => call(traq, kind, signal)));
  if (what === 'login') await outcome(traq.login({ name: 'alice', password: model.password, ...options }));
  if (what === 'logout') await outcome(traq.logout(options));
}

/** Afterwards, what the client holds is one session or none; what else there is must be an answer's that was lost. */
async function resync(model: Model, world: World, who: number, before: string[], mayLose: number): Promise<void> {
  await quiet(10);
  const traq = at(world.clients, who);
  const result = await call(traq, 2);
  if (mayLose === 0 && before.length === 1 && model.holds[who]) expect(result).toBe('ok');
  model.holds[who] = result === 'ok';
  const cookie = (await traq.cookieHeader())?.slice('r_session='.length);
  // What the store keeps is another client's on the same store, if it is not this one's.
  const kept = (await world.store?.read())?.token;
  const left = world.ours.filter((token) => token !== cookie && token !== kept);
  expect(left.length).toBeLessThanOrEqual(mayLose);
  for (const token of left) world.others.add(token);
}

/** A passing failure before the server saw the request: it costs nothing. */
const fault =
  (index: number, what: 'calls' | 'login' | 'logout', kind: 'reset' | 500 | 503, times: number): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const before = world.ours;
    const restore = world.stage.server.inject(
      kind === 'reset' ? { kind, times } : { kind: 'status', status: kind, times },
    );
    await act(at(world.clients, who), what, model);
    restore();
    // A logout that went through leaves nothing, so that there is nothing to compare.
    await resync(model, world, who, what === 'logout' ? [] : before, 0);
  };

/** An answer that is lost: at most one session with it. */
const lostAnswer =
  (index: number, what: 'calls' | 'login' | 'logout', operation: FakeOperation): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const before = world.ours;
    const restore = world.stage.server.inject({ kind: 'reset', at: 'after', operation });
    await act(at(world.clients, who), what, model);
    restore();
    await resync(model, world, who, before, 1);
  };

/** Callers who leave at some moment. Of their calls nothing is lost; a login or logout may have been. */
const abort =
  (index: number, what: 'calls' | 'login' | 'logout', moment: number): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const before = world.ours;
    const controller = new AbortController();
    const done = act(at(world.clients, who), what, model, controller.signal);
    for (let step = 0; step < moment; step++) await undefined;
    controller.abort('gone');
    await done;
    await resync(model, world, who, what === 'calls' ? before : [], what === 'login' ? 1 : 0);
  };

const index = fc.nat(1);
const what = fc.constantFrom('calls' as const, 'login' as const, 'logout' as const);
const ages = [minute, 6 * minute, day, 7 * day - 5 * minute, 14 * day - 6 * minute, 14 * day, 15 * day, 29 * day];
const operations: FakeOperation[] = ['login', 'logout', 'getMySessions', 'getMe', 'getMyExternalAccounts'];

const steps: [string, fc.Arbitrary<unknown[]>, (...values: never[]) => Step][] = [
  ['calls', fc.tuple(index, fc.integer({ min: 1, max: 8 })), calls],
  ['calls', fc.tuple(index, fc.integer({ min: 1, max: 8 })), calls],
  ['login', fc.tuple(index, fc.constantFrom('error', 'keep', 'replace'), fc.boolean()), login],
  ['login', fc.tuple(index, fc.constant('error'), fc.constant(true)), login],
  ['logout', fc.tuple(index, fc.boolean()), logout],
  ['advance', fc.tuple(fc.constantFrom(...ages)), advance],
  ['advance', fc.tuple(fc.constantFrom(...ages)), advance],
  ['end elsewhere', fc.constant([]), () => endElsewhere],
  ['open elsewhere', fc.constant([]), () => openElsewhere],
  ['change password', fc.tuple(index, fc.boolean()), changePassword],
  ['restart', fc.tuple(index), restart],
  ['fault', fc.tuple(index, what, fc.constantFrom('reset', 500, 503), fc.integer({ min: 1, max: 4 })), fault],
  ['lost answer', fc.tuple(index, what, fc.constantFrom(...operations)), lostAnswer],
  ['abort', fc.tuple(index, what, fc.nat(80)), abort],
];

class Command implements fc.AsyncCommand<Model, World> {
  readonly name: string;
  readonly values: unknown[];
  readonly step: Step;

  constructor(name: string, values: unknown[], step: Step) {
    this.name = name;
    this.values = values;
    this.step = step;
  }

  check(): boolean {
    return true;
  }
  async run(model: Model, world: World): Promise<void> {
    await this.step(model, world);
    await quiet(10);
    // Never a session too many.
    expect(world.ours.length).toBeLessThanOrEqual(1);
  }
  toString(): string {
    return `${this.name}(${this.values.join(', ')})`;
  }
}

interface Setting {
  readonly store: () => SessionStore | undefined;
  readonly clients: number;
  readonly credentials: boolean;
}

/** A store that forgets when the token was issued. */
function timelessStore(): SessionStore {
  const store = lockedStore();
  return {
    read: () => store.kept && { token: store.kept.token },
    write: (session) => store.write(session),
    clear: () => store.clear(),
    lock: store.lock.bind(store),
  };
}

const settings: [string, Setting][] = [
  ['one client in memory', { store: () => undefined, clients: 1, credentials: false }],
  ['one client with credentials', { store: () => undefined, clients: 1, credentials: true }],
  ['one client on a store', { store: () => mapStore(), clients: 1, credentials: false }],
  ['two clients on a store with a lock', { store: () => lockedStore(), clients: 2, credentials: false }],
  [
    'two clients on a store with a lock, with credentials',
    { store: () => lockedStore(), clients: 2, credentials: true },
  ],
  ['a client on a store without times', { store: () => timelessStore(), clients: 1, credentials: false }],
];

beforeEach(() => {
  // Neither retries nor another look into a store wait for long.
  const inTime = setTimeout;
  vi.spyOn(Math, 'random').mockReturnValue(0);
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) =>
    inTime(run, ms > 1000 ? ms : 0)) as typeof setTimeout);
});
afterEach(() => void vi.restoreAllMocks());

const numRuns = Number(process.env['MODEL_RUNS'] ?? 12);
const seed = Number(process.env['MODEL_SEED'] ?? Date.now());

for (const [name, setting] of settings) {
  test(`${name} agrees with the server after every step (S1–S11)`, { timeout: 60_000 + 2000 * numRuns }, async () => {
    console.log(`model: ${name}, seed ${seed}, ${numRuns} runs`);
    const commands = fc.commands(
      steps.map(([step, values, make]) => values.map((given) => new Command(step, given, make(...(given as never[]))))),
      { size: 'max', maxCommands: 30 },
    );
    const property = fc.asyncProperty(commands, async (list) => {
      const model: Model = { password: alice.password, holds: Array.from({ length: setting.clients }, () => true) };
      const start = async (): Promise<{ model: Model; real: World }> => {
        const real = new World(setting, model);
        await at(real.clients, 0).login(alice);
        return { model, real };
      };
      await fc.asyncModelRun(start, list);
    });
    await fc.assert(property, { numRuns, seed });
  });
}
