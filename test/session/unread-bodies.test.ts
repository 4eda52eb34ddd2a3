import { describe, expect, test } from 'vitest';
import { CLEARING_LINE as clear } from '../support/answers.ts';
import { openAnswer } from '../support/open-answer.ts';
import { codesOf, DAY as day, mapStore, MINUTE as minute, quiet, Stage } from './stage.ts';

/** Has the next request of an operation answered with it. */
function answerWith(stage: Stage, operation: 'getMe' | 'getMySessions', { response }: { response: Response }): void {
  stage.server.inject({ kind: 'response', operation, respond: () => response });
}

// A body that is neither read nor let go keeps its connection.
describe('the body of an answer that nobody reads', () => {
  test('fetch that is sent once more lets go of the first answer (S6)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    const first = openAnswer(401, clear);
    answerWith(stage, 'getMe', first);
    store.kept = { token: stage.server.openSession('alice').token, issuedAt: stage.server.now() };
    expect((await traq.fetch('/users/me')).status).toBe(200);
    expect(first.isOpen()).toBe(false);
  });

  test('fetch that is not sent again hands a 401 on with its body (S3, S6)', async () => {
    const stage = new Stage();
    const traq = await stage.loggedIn();
    for (const lines of [[], [clear]]) {
      const only = openAnswer(401, ...lines);
      answerWith(stage, 'getMe', only);
      expect((await traq.fetch('/users/me')).status).toBe(401);
      expect(only.isOpen()).toBe(true);
    }
  });

  test('fetch whose new token cannot be saved lets go of the answer (S8)', async () => {
    const stage = new Stage();
    const store = mapStore();
    const traq = await stage.loggedIn(0, { sessionStore: store });
    store.write = () => {
      throw new Error('the disk is full');
    };
    const renewed = openAnswer(200, 'r_session=new; Path=/');
    answerWith(stage, 'getMe', renewed);
    expect(await codesOf([traq.fetch('/users/me')])).toEqual(['session_store_failed']);
    expect(renewed.isOpen()).toBe(false);
  });

  test('the rotation lets go of the list that comes with a new token or a clear (S5)', async () => {
    for (const lines of [['r_session=new; Path=/'], [clear]]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(15 * day);
      const rotated = openAnswer(401, ...lines);
      answerWith(stage, 'getMySessions', rotated);
      await traq.cookieHeader();
      expect(rotated.isOpen()).toBe(false);
    }
  });

  test('fetch at the edge lets go of an answer whose caller has left, and of no other (S5)', async () => {
    for (const leaves of [true, false]) {
      const stage = new Stage();
      const traq = await stage.loggedIn(14 * day - 5 * minute);
      await traq.sessions.list();
      const late = openAnswer(200);
      answerWith(stage, 'getMe', late);
      const gate = stage.holdAnswer('GET /users/me');
      const controller = new AbortController();
      const call = codesOf([traq.fetch('/users/me', { signal: controller.signal })]);
      await gate.arrived;
      if (leaves) controller.abort('gone');
      gate.open();
      expect(await call).toEqual([leaves ? 'gone' : 'ok']);
      await quiet();
      expect(late.isOpen()).toBe(!leaves);
    }
  });
});
