import { describe, expect, test } from 'vitest';
import { createTraqAuth, type LoginSession } from '../../src/index.ts';
import { answer, json } from '../support/answers.ts';
import { session } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const limit = 1_048_576;
/** Of a list. */
const listLimit = 16 * limit;

/** A body in pieces of these sizes, and what is asked of it. */
function chunked(sizes: readonly number[], headers: Record<string, string> = {}) {
  const state = { pulled: 0, cancelled: false };
  const left = [...sizes];
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const size = left.shift();
        if (size === undefined) controller.close();
        else {
          state.pulled += size;
          controller.enqueue(new Uint8Array(size).fill(0x20));
        }
      },
      cancel: () => {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, response: (status: number) => answer(status, headers, stream) };
}

/** A body that comes byte by byte. */
function byteByByte(text: string): ReadableStream<Uint8Array> {
  const left = [...new TextEncoder().encode(text)];
  return new ReadableStream({
    pull: (controller) => {
      const byte = left.shift();
      if (byte === undefined) controller.close();
      else controller.enqueue(Uint8Array.of(byte));
    },
  });
}

const listOf = (response: Response): Promise<LoginSession[]> =>
  createTraqAuth({ fetch: stubFetch(response).fetch, maxRetries: 0 }).sessions.list();

describe('body', () => {
  test('a list of exactly 16 MiB is read (T9)', async () => {
    const text = JSON.stringify([session]).padEnd(listLimit, ' ');
    expect(await listOf(answer(200, {}, text))).toEqual([session]);
    expect(await listOf(answer(200, { 'content-length': String(listLimit) }, text))).toEqual([session]);
  });

  test('a body is read whole, in however many pieces (T9)', async () => {
    const items = [{ ...session, issuedAt: 'caf\u00e9 \u{1f600}' }];
    expect(await listOf(answer(200, {}, byteByByte(JSON.stringify(items))))).toEqual(items);
    const refused = answer(503, {}, byteByByte('{"message":"caf\u00e9"}'));
    expect((await errorOf(listOf(refused), 'server_error')).serverMessage).toBe('caf\u00e9');
  });

  test.each([
    [200, 16],
    [400, 1],
    [500, 1],
  ])('a body at status %i is refused over %i MiB, while it is counted (T9)', async (status, mebibytes) => {
    const { state, response } = chunked(Array.from({ length: 1000 }, () => 65_536));
    const error = await errorOf(listOf(response(status)), 'unexpected_response');
    expect(error.message).toContain(`larger than ${mebibytes} MiB`);
    expect(error.status).toBe(status);
    expect(state.cancelled).toBe(true);
    expect(state.pulled).toBeLessThanOrEqual(mebibytes * limit + 65_536);
  });

  test('a list of 16 MiB and a byte is refused, and anything else of 1 MiB and a byte (T9)', async () => {
    for (const [status, most] of [
      [200, listLimit],
      [500, limit],
    ] as const) {
      await errorOf(listOf(chunked([most, 1]).response(status)), 'unexpected_response');
      await errorOf(listOf(chunked([most + 1]).response(status)), 'unexpected_response');
      const code = status === 500 ? 'server_error' : 'unexpected_response';
      const { message } = await errorOf(listOf(chunked([most]).response(status)), code);
      expect(message).not.toContain('larger');
    }
  });

  test('a Content-Length over the bound is refused before anything is read (T9)', async () => {
    for (const [status, most] of [
      [200, listLimit],
      [500, limit],
    ] as const) {
      const { state, response } = chunked([10], { 'content-length': String(most + 1) });
      await errorOf(listOf(response(status)), 'unexpected_response');
      expect(state).toEqual({ pulled: 0, cancelled: true });
      const within = chunked([10], { 'content-length': String(most) });
      await errorOf(listOf(within.response(status)));
      expect(within.state).toEqual({ pulled: 10, cancelled: false });
    }
  });

  test('a Content-Length over the bound is refused where there is no body to let go of (T9)', async () => {
    const response = answer(200, { 'content-length': String(listLimit + 1) });
    const error = await errorOf(listOf(response), 'unexpected_response');
    expect(error.message).toContain('the response is larger than 16 MiB');
  });

  test('a text that is not UTF-8 is refused, be it JSON but for that (T9)', async () => {
    const bytes = Uint8Array.from(JSON.stringify([{ ...session, issuedAt: '\u00ff' }]), (letter) =>
      letter.charCodeAt(0),
    );
    await errorOf(listOf(answer(200, {}, bytes)), 'unexpected_response');
  });

  test('a Content-Length that says too little is not believed (T9)', async () => {
    await errorOf(listOf(chunked([listLimit, 1], { 'content-length': '5' }).response(200)), 'unexpected_response');
  });

  test.each([200, 400, 500])('a body that breaks off is network, with the cause, at status %i', async (status) => {
    const broken = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('[{"id":'));
        controller.error(Object.assign(new TypeError('terminated'), { code: 'ECONNRESET' }));
      },
    });
    const error = await errorOf(listOf(answer(status, {}, broken)), 'network');
    expect(error).toMatchObject({ status, cause: { name: 'TypeError', message: 'terminated', code: 'ECONNRESET' } });
    expect(error.message).toContain('the response broke off');
  });

  test('a body that is in use already is network, not an error of the platform', async () => {
    const response = json(200, [session]);
    response.body?.getReader();
    await errorOf(listOf(response), 'network');
  });

  test('a body that nobody wants is let go of, so that its connection is free', async () => {
    const { state, response } = chunked([10, 10, 10]);
    const redirect = response(302);
    redirect.headers.set('location', '/api/auth/github?link=1');
    await createTraqAuth({ fetch: stubFetch(redirect).fetch }).externalAccounts.link('github');
    expect(state).toEqual({ pulled: 0, cancelled: true });
  });
});
