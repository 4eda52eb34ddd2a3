import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTraqAuth, isTraqError, type TraqAuth, type TraqAuthOptions } from '../../src/index.ts';
import { cores, secrets } from '../faults/canary.ts';
import { type Operation, operations } from '../faults/operations.ts';
import { hold, timeout } from './runs.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const texts = { issuedAt: fc.string(), providerName: fc.string(), linkedAt: fc.string() };
const externalName = fc.oneof(fc.string(), fc.integer());
const item = fc.record({ id: fc.anything(), ...texts, externalName, extra: fc.jsonValue() }, { requiredKeys: [] });
const fields = { id: 'i', issuedAt: 't', providerName: 'p', externalName: 'e', linkedAt: 't' };
const sound = fc.constantFrom(fields, { ...fields, extra: {} });
const jsonOf = (value: unknown): Buffer =>
  Buffer.from(JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? 0 : v)) ?? '');
const body = fc.oneof(
  bytes,
  fc.array(sound).map(jsonOf),
  fc.array(fc.oneof(sound, item)).map(jsonOf),
  fc.jsonValue().map(jsonOf),
  fc.record({ message: fc.oneof(fc.string(), fc.jsonValue()) }).map(jsonOf),
);
const headerValue = fc.oneof(
  fc.constantFrom('application/json', 'gzip', '0', '99999999', '-1', 'http://[', '//evil.example', '/'),
  fc.constantFrom('r_session=x', 'r_session='),
  fc.string().map((value) => value.replace(/[^\x20-\x7e]/g, '')),
);
const headerName = fc.constantFrom('content-type', 'location', 'set-cookie', 'retry-after', 'x-request-id', 'x-other');
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 4 });
const status = fc.oneof(fc.constantFrom(200, 204, 302, 400, 401, 403, 429, 500), fc.integer({ min: 200, max: 599 }));
const operation = fc.constantFrom(...operations);

/** Whether a value is of the shape that the operation documents. */
function isDocumented({ kind, itemFields }: Operation, value: unknown): boolean {
  if (kind === 'other') return value === undefined;
  if (kind === 'list') {
    const fields = itemFields ?? [];
    return Array.isArray(value) && value.every((entry) => fields.every((field) => typeof entry?.[field] === 'string'));
  }
  const [key, ...more] = Object.keys(value as object);
  if (more.length > 0) return false;
  if (key === undefined) return kind !== 'link';
  return key === (kind === 'link' ? 'url' : 'location') && URL.canParse((value as Record<string, string>)[key] ?? '');
}

/** Checks what came of a call: a documented value or a `TraqError` that shows no secret. */
async function check(subject: Operation, call: Promise<unknown>): Promise<boolean> {
  try {
    expect(isDocumented(subject, await call)).toBe(true);
    return true;
  } catch (error) {
    if (!isTraqError(error)) throw error;
    expect(error.code).toMatch(/^(?!invalid_argument|timeout)/);
    const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(error);
    expect(shown).not.toContain(cores.token);
    return false;
  }
}

const sessionStore = { read: () => ({ token: secrets.token, issuedAt: Date.now() }), write() {}, clear() {} };
const clientOf = (options: TraqAuthOptions): TraqAuth => createTraqAuth({ maxRetries: 0, sessionStore, ...options });

const server = createServer();
let answer: Buffer;
beforeAll(async () => {
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});

test('any bytes on the wire are a value of the documented shape or a TraqError (T2, T9, E3)', { timeout }, async () => {
  let values = 0;
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  const damage = fc.option(fc.tuple(fc.nat(200), bytes), { nil: undefined });
  const wire = fc.tuple(status, headers, body, damage).map(([code, lines, content, damaged]) => {
    const own = [`Content-Length: ${content.length}`, 'Connection: close'];
    const head = [`HTTP/1.1 ${code} X`, ...lines.map((line) => line.join(': ')), ...own];
    const whole = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]);
    if (damaged === undefined) return whole;
    return Buffer.concat([whole.subarray(0, damaged[0]), damaged[1], whole.subarray(damaged[0])]);
  });
  const given = fc.oneof({ weight: 5, arbitrary: wire }, bytes);
  const property = fc.asyncProperty(operation, given, async (subject, sent) => {
    answer = sent;
    if (await check(subject, subject.call(clientOf({ baseUrl }), {}))) values++;
  });
  await hold('any bytes', property);
  expect(values).toBeGreaterThan(0);
});
