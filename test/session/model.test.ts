import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SessionStore } from '../../src/index.ts';
import type { FakeOperation } from '../../src/testing/index.ts';
import { quiet } from '../support/moments.ts';
import { at, type Model, type Setting, type Step, World } from './model.ts';
import { abort, fault, lostAnswer } from './model-mishaps.ts';
import { advance, calls, changePassword, endElsewhere, login, logout, openElsewhere, restart } from './model-steps.ts';
import { alice, DAY as day, MINUTE as minute } from './stage.ts';
import { lockedStore, mapStore } from './stores.ts';

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
