import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTraqAuth } from '../src/index.ts';
import { json } from './support/answers.ts';
import { errorOf } from './support/outcome.ts';
import { answering, stubFetch } from './support/stub-fetch.ts';

const address = 'https://q.trap.jp/api/v3/files';

/** A request that shows no body, as on some platforms. */
class HidingRequest extends Request {
  override get body() {
    return undefined as never;
  }
}

/** Sends a request; gives its init and the body that arrived. */
async function arrivedOf(input: string | Request, given: RequestInit = {}) {
  const stub = answering(() => json(200, {}));
  await createTraqAuth({ fetch: stub.fetch }).fetch(input, given);
  const init = stub.sent[0]?.init ?? {};
  return { init, text: await new Response(init.body ?? null).text() };
}

describe('fetch on a platform whose requests show no body', () => {
  beforeEach(() => void vi.stubGlobal('Request', HidingRequest));
  afterEach(() => void vi.unstubAllGlobals());

  test('fetch sends the body of a Request, once, and none of a Request that has none (T12)', async () => {
    const request = new HidingRequest(address, { method: 'POST', body: 'text' });
    expect((await arrivedOf(request)).text).toBe('text');
    await errorOf(createTraqAuth({ fetch: stubFetch().fetch }).fetch(request), 'invalid_argument');
    expect((await arrivedOf(new HidingRequest(address))).init).not.toHaveProperty('body');
  });

  test('fetch sends no body with what has none, and one with any method that may have one (T12)', async () => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const { init } = await arrivedOf('/files', { method });
      expect(init).not.toHaveProperty('body');
      expect(init).not.toHaveProperty('duplex');
    }
    for (const method of ['POST', 'XGET', 'GETX', 'HEADER', 'AHEAD']) {
      expect((await arrivedOf('/files', { method, body: 'text' })).text).toBe('text');
    }
  });
});
