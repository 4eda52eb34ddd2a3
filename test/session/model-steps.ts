import { expect } from 'vitest';
import { at, call, outcome, type Step } from './model.ts';
import { alice } from './stage.ts';

/** Any number of calls at once: all fine if there is a session, or one can be made; else all told so. */
export const calls =
  (index: number, count: number): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const fine = world.hasSession(who) || world.withCredentials;
    const results = await Promise.all(Array.from({ length: count }, (_, kind) => call(at(world.clients, who), kind)));
    expect(new Set(results)).toEqual(new Set([fine ? 'ok' : 'not_logged_in']));
    model.holds[who] = fine;
  };

export const login =
  (index: number, ifLoggedIn: 'error' | 'keep' | 'replace', right: boolean): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const [before] = world.ours;
    const held = world.hasSession(who);
    const password = right ? model.password : 'wrong';
    const result = await outcome(at(world.clients, who).login({ name: 'alice', password, ifLoggedIn }));
    if (held && ifLoggedIn !== 'replace') expect(result).toBe(ifLoggedIn === 'keep' ? 'ok' : 'already_logged_in');
    else expect(result).toBe(right ? 'ok' : 'invalid_credentials');
    model.holds[who] = held || right;
    if (held && !(ifLoggedIn === 'replace' && right)) expect(world.ours).toHaveLength(1);
    else if (right) expect(world.ours).not.toContain(before);
  };

export const logout =
  (index: number, allSessions: boolean): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const alive = world.hasSession(who);
    const result = await outcome(at(world.clients, who).logout({ allSessions }));
    expect(result).toBe(allSessions && !alive ? 'not_logged_in' : 'ok');
    model.holds[who] = false;
    expect(world.ours).toEqual([]);
    if (allSessions && alive) expect(world.stage.tokens).toEqual([]);
  };

export const advance =
  (ms: number): Step =>
  async (_model, { stage }) =>
    stage.server.advance(ms);

export const endElsewhere: Step = async (_model, { stage, ours }) => {
  for (const token of ours) {
    const headers = { cookie: `r_session=${token}` };
    await stage.server.fetch('http://fake/api/v3/logout?all=true', { method: 'POST', headers });
  }
};

export const openElsewhere: Step = async (_model, { stage, others }) => {
  others.add(stage.server.openSession('alice').token);
};

export const changePassword =
  (index: number, right: boolean): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    const fine = world.hasSession(who) || world.withCredentials;
    const newPassword = model.password === alice.password ? 'another-password' : alice.password;
    const body = JSON.stringify({ password: right ? model.password : 'wrong', newPassword });
    const headers = { 'content-type': 'application/json' };
    const { status } = await at(world.clients, who).fetch('/users/me/password', { method: 'PUT', headers, body });
    expect(status).toBe(fine && right ? 204 : 401);
    if (status === 204) {
      model.password = newPassword;
      expect(world.stage.tokens).toEqual([]);
    } else if (fine) expect(world.ours).toHaveLength(1);
    model.holds[who] = fine;
  };

export const restart =
  (index: number): Step =>
  async (model, world) => {
    const who = index % world.clients.length;
    world.clients[who] = world.client();
    // In memory a session goes with its client, and lives on at the server.
    if (world.store === undefined) for (const token of world.ours) world.others.add(token);
    model.holds[who] = world.store !== undefined;
  };
