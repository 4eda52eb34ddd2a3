import { describe, expect, test } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { alice } from './session/stage.ts';
import { answer, json, loginAnswer } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

describe('accessToken', () => {
  test('accessToken gives way to the session once there is one, and comes back when it has ended (T5)', async () => {
    const stub = stubFetch(loginAnswer(), json(200, {}), answer(204), json(200, {}));
    const traq = createTraqAuth({ fetch: stub.fetch, accessToken: 'ours' });
    await traq.login(alice);
    await traq.fetch('/a');
    await traq.logout();
    await traq.fetch('/b');
    expect(stub.sent.map((sent) => [sent.token !== undefined, sent.headers.get('authorization')])).toEqual([
      [false, null],
      [true, null],
      [true, null],
      [false, 'Bearer ours'],
    ]);
  });

  test('accessToken that no call has used yet is kept out of errors all the same (E3)', async () => {
    const { fetch } = answering(() => Promise.reject(new Error('canary-token is wrong')));
    const { cause } = await errorOf(createTraqAuth({ fetch, accessToken: 'canary-token' }).login(alice), 'network');
    expect(cause).toMatchObject({ message: '[redacted]' });
  });

  test.each([undefined, '', 'two words', 'caf\u00e9'])(
    'accessToken that gives %j is invalid_argument, and nothing is sent',
    async (value) => {
      const stub = stubFetch();
      const traq = createTraqAuth({ fetch: stub.fetch, accessToken: () => value as string });
      for (const call of [traq.sessions.list(), traq.fetch('/x')]) {
        expect((await errorOf(call, 'invalid_argument')).message).toContain('accessToken gave no token');
      }
      expect(stub.sent).toEqual([]);
    },
  );
});
