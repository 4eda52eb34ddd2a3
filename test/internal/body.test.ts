import { describe, expect, test } from 'vitest';
import { createTraqAuth, type LoginSession } from '../../src/index.ts';
import { answer, json } from '../support/answers.ts';
import { session } from '../support/operations.ts';
import { errorOf } from '../support/outcome.ts';
import { stubFetch } from '../support/stub-fetch.ts';

const limit = 1_048_576;

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
  test('a body of exactly 1 MiB is read (T9)', async () => {
    const text = JSON.stringify([session]).padEnd(limit, ' ');
    expect(await listOf(answer(200, {}, text))).toEqual([session]);
    expect(await listOf(answer(200, { 'content-length': String(limit) }, text))).toEqual([session]);
  });

  test('a body is read whole, in however many pieces (T9)', async () => {
    const items = [{ ...session, issuedAt: 'caf\u00e9 \u{1f600}' }];
    expect(await listOf(answer(200, {}, byteByByte(JSON.stringify(items))))).toEqual(items);
    const refused = answer(503, {}, byteByByte('{"message":"caf\u00e9"}'));
    expect((await errorOf(listOf(refused), 'server_error')).serverMessage).toBe('caf\u00e9');
  });

  test.each([200, 400, 500])('a body over 1 MiB is refused while it is counted, at status %i (T9)', async (status) => {
    const { state, response } = chunked(Array.from({ length: 1000 }, () => 65_536));
    const error = await errorOf(listOf(response(status)), 'unexpected_response');
    expect(error.message).toContain('larger than 1 MiB');
    expect(error.status).toBe(status);
    expect(state.cancelled).toBe(true);
    expect(state.pulled).toBeLessThanOrEqual(limit + 65_536);
  });

  test('a body of 1 MiB and a byte is refused (T9)', async () => {
    await errorOf(listOf(chunked([limit, 1]).response(200)), 'unexpected_response');
    await errorOf(listOf(chunked([limit + 1]).response(200)), 'unexpected_response');
  });

  test('a Content-Length over 1 MiB is refused before anything is read (T9)', async () => {
    const { state, response } = chunked([10], { 'content-length': String(limit + 1) });
    await errorOf(listOf(response(200)), 'unexpected_response');
    expect(state).toEqual({ pulled: 0, cancelled: true });
  });

  test('a Content-Length over 1 MiB is refused where there is no body to let go of (T9)', async () => {
    const response = answer(200, { 'content-length': String(limit + 1) });
    const error = await errorOf(listOf(response), 'unexpected_response');
    expect(error.message).toContain('the response is larger than 1 MiB');
  });

  test('a text that is not UTF-8 is refused, be it JSON but for that (T9)', async () => {
    const bytes = Uint8Array.from(JSON.stringify([{ ...session, issuedAt: '\u00ff' }]), (letter) =>
      letter.charCodeAt(0),
    );
    await errorOf(listOf(answer(200, {}, bytes)), 'unexpected_response');
  });

  test('a Content-Length that says too little is not believed (T9)', async () => {
    await errorOf(listOf(chunked([limit, 1], { 'content-length': '5' }).response(200)), 'unexpected_response');
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
