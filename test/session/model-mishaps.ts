import { expect } from 'vitest';
import type { StoredSession, TraqAuth } from '../../src/index.ts';
import type { FakeOperation } from '../../src/testing/index.ts';
import { quiet } from '../support/moments.ts';
import { at, call, type Model, outcome, type Step, type World } from './model.ts';

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

/** Afterwards, what the client holds is one session or none; what else there is must be a response's that was lost. */
async function resync(model: Model, world: World, who: number, before: string[], mayLose: number): Promise<void> {
  await quiet(10);
  const traq = at(world.clients, who);
  const result = await call(traq, 2);
  if (mayLose === 0 && before.length === 1 && model.holds[who]) expect(result).toBe('ok');
  model.holds[who] = result === 'ok';
  const cookie = (await traq.cookieHeader())?.slice('r_session='.length);
  // What the store keeps is another client's on the same store, if it is not this one's.
  const kept = ((await world.store?.read()) as StoredSession | undefined)?.token;
  const left = world.ours.filter((token) => token !== cookie && token !== kept);
  expect(left.length).toBeLessThanOrEqual(mayLose);
  for (const token of left) world.others.add(token);
}

/** A passing failure before the server saw the request: it costs nothing. */
export const fault =
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

/** A response that is lost: at most one session with it. */
export const lostAnswer =
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
export const abort =
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
