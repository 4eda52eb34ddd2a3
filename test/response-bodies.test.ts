import { describe, expect, test } from 'vitest';
import { createTraqAuth, type LoginSession, type TraqAuth } from '../src/index.ts';
import { answer, json } from './support/answers.ts';
import { account, session } from './support/operations.ts';
import { errorOf } from './support/outcome.ts';

const MiB = 1_048_576;

/** A body in pieces, and what is asked of it. */
function inPieces(pieces: Iterable<Uint8Array>, status = 200, headers: Record<string, string> = {}) {
  const state = { pulled: 0, isCancelled: false };
  const left = pieces[Symbol.iterator]();
  const pull = (controller: ReadableStreamDefaultController): void => {
    const { value, done } = left.next();
    state.pulled += value?.length ?? 0;
    if (done) controller.close();
    else controller.enqueue(value);
  };
  const cancel = (): never => {
    state.isCancelled = true;
    throw new Error('a failure that nobody hears of');
  };
  return { state, response: answer(status, headers, new ReadableStream({ pull, cancel }, { highWaterMark: 0 })) };
}

/** Pieces of spaces. */
const spaces = (sizes: readonly number[]): Uint8Array[] => sizes.map((size) => new Uint8Array(size).fill(0x20));

const clientOf = (response: Response): TraqAuth => createTraqAuth({ fetch: async () => response, maxRetries: 0 });
const listOf = (response: Response): Promise<LoginSession[]> => clientOf(response).sessions.list();

describe('the body of a response', () => {
  test('a body whose cancel throws at once, or gives no promise, fails no call and shows nothing (E3)', async () => {
    const throwing = (): never => {
      throw new Error('canary-password');
    };
    for (const cancel of [throwing, () => undefined]) {
      const response = answer(204);
      Object.defineProperty(response, 'body', { value: { getReader: throwing, cancel } });
      expect(await clientOf(response).logout()).toEqual({});
    }
  });

  test('a body is read whole, in however many pieces (T9)', async () => {
    const items = [{ ...session, issuedAt: 'caf\u00e9 \u{1f600}' }];
    const bytes = [...new TextEncoder().encode(JSON.stringify(items))].map((byte) => Uint8Array.of(byte));
    expect(await listOf(inPieces(bytes).response)).toEqual(items);
    const text = JSON.stringify(items).padEnd(16 * MiB - 5, ' ');
    expect(await listOf(answer(200, { 'content-length': String(16 * MiB) }, text))).toEqual(items);
  });

  test.each([
    [200, 16, 'unexpected_response'],
    [400, 1, 'bad_request'],
    [500, 1, 'server_error'],
  ] as const)(
    'a body at status %i is refused over %i MiB, as soon as that is known (T9)',
    async (status, mebibytes, code) => {
      const most = mebibytes * MiB;
      const refused = async (sizes: readonly number[], headers?: Record<string, string>) => {
        const { state, response } = inPieces(spaces(sizes), status, headers);
        const error = await errorOf(listOf(response), 'unexpected_response');
        expect(error.message).toContain(`the response is larger than ${mebibytes} MiB`);
        expect([error.status, state.isCancelled]).toEqual([status, true]);
        return state.pulled;
      };
      expect(await refused(Array(1000).fill(65_536))).toBeLessThanOrEqual(most + 65_536);
      await refused([most, 1], { 'content-length': '5' });
      expect(await refused([10], { 'content-length': String(most + 1) })).toBe(0);
      const whole = inPieces(spaces([most]), status, { 'content-length': String(most) });
      expect((await errorOf(listOf(whole.response), code)).message).not.toContain('larger');
      const none = answer(status, { 'content-length': String(most + 1) });
      expect((await errorOf(listOf(none), 'unexpected_response')).message).toContain('larger');
    },
  );

  test.each([200, 500])('a body that breaks off is network, with the cause, at status %i', async (status) => {
    const broken = new ReadableStream({
      pull: (controller) => controller.error(Object.assign(new TypeError('terminated'), { code: 'ECONNRESET' })),
    });
    const error = await errorOf(listOf(answer(status, {}, broken)), 'network');
    expect(error).toMatchObject({ status, cause: { name: 'TypeError', message: 'terminated', code: 'ECONNRESET' } });
    expect(error.message).toContain('the response broke off');
  });

  test('a body of texts is read, one of neither texts nor bytes is network', async () => {
    const bodyOf = (...chunks: unknown[]) =>
      new ReadableStream({
        start: (controller) => [...chunks.map((chunk) => controller.enqueue(chunk)), controller.close()],
      });
    expect(await listOf(answer(200, {}, bodyOf('[', ']')))).toEqual([]);
    await errorOf(listOf(answer(200, {}, bodyOf(7))), 'network');
  });

  test('a body that is in use already is network, not an error of the platform', async () => {
    const response = json(200, [session]);
    response.body?.getReader();
    await errorOf(listOf(response), 'network');
  });

  test('a body that nobody wants is let go of, so that its connection is free', async () => {
    const { state, response } = inPieces(spaces([10, 10]), 302, { location: '/api/auth/github?link=1' });
    await clientOf(response).externalAccounts.link('github');
    expect(state).toEqual({ pulled: 0, isCancelled: true });
  });
});

const lists = [
  { member: 'sessions.list', item: session, call: ({ sessions }: TraqAuth) => sessions.list() },
  { member: 'externalAccounts.list', item: account, call: ({ externalAccounts }: TraqAuth) => externalAccounts.list() },
];

describe.each(lists)('$member', ({ member, call, item }) => {
  const list = (body: BodyInit) => call(clientOf(answer(200, {}, body)));

  test(`${member} lets extra fields, white space, a byte order mark and a __proto__ key pass (T2)`, async () => {
    const items = [{ ...item, extra: { a: [1] } }, item];
    expect(await list('[]')).toEqual([]);
    expect(await list(`\ufeff \n${JSON.stringify(items)}\n`)).toEqual(items);
    const [first] = await list(JSON.stringify([item]).replace('{', '{"__proto__":{"polluted":true},'));
    expect(first).toMatchObject(item);
    expect(Object.getPrototypeOf(first)).toBe(Object.prototype);
  });

  test(`${member} refuses every other shape as unexpected_response (T2)`, async () => {
    const wrongItems = Object.keys(item).flatMap((field) =>
      [undefined, null, 1].map((value) => JSON.stringify([item, { ...item, [field]: value }])),
    );
    const texts = [
      ...['', 'null', '"[]"', '{}', '{"0":{}}', '<!doctype html>', '[1]', '[null]', '[]x'],
      ...[JSON.stringify(item), '['.repeat(100_000), new Uint8Array([0x5b, 0xc3, 0x5d]), ...wrongItems],
      // JSON but for that it is not UTF-8.
      new Uint8Array(Buffer.from(JSON.stringify([item]).replace('0', '\u00ff'), 'latin1')),
    ];
    for (const text of texts) {
      const error = await errorOf(list(text), 'unexpected_response');
      const wanted = `a JSON list whose items have ${Object.keys(item).join(', ')}`;
      expect(error.message).toContain(` failed: the response is not ${wanted}; check baseUrl (200 `);
      expect(error.status).toBe(200);
    }
  });
});
