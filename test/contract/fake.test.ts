import { beforeAll, expect, test } from 'vitest';
import { type AimedAt, type CheckedAnswer, outputValidator } from '../support/prism-output.ts';
import { byFetch, play, prepare, type RawResponse, readRecordings, type Send } from '../testing/recorded.ts';

/** One recorded request to one of the seven operations, as the fake responds to it. */
interface Exchange {
  readonly name: string;
  readonly aimedAt: AimedAt;
  readonly answer: CheckedAnswer;
}

const recordings = readRecordings();
const exchanges: Exchange[] = [];
let elsewhere = 0;

beforeAll(async () => {
  const aim = await outputValidator();
  for (const recording of recordings) {
    const { server, sessions } = prepare(recording);
    let step = 0;
    const send: Send = async (method, path, headers, body) => {
      const raw = await byFetch(server)(method, path, headers, body);
      const aimedAt = aim(method, path);
      step += 1;
      if (aimedAt === undefined) elsewhere += 1;
      else exchanges.push({ name: `${recording.id}, step ${step}`, aimedAt, answer: checked(raw) });
      return raw;
    };
    await play(recording, sessions, send);
  }
}, 60_000);

/** What the server does and no description says: a body of a type that it does not read, and a Location that is empty. */
const undocumented: Readonly<Record<string, string>> = {
  'login.body-without-content-type, step 1': 'Unable to match the returned status',
  'login.body-text, step 1': 'Unable to match the returned status',
  'login.redirect-line-break-only, step 1': 'header required',
};

test('the recordings hold 120 requests to the seven operations, and 12 to other routes', () => {
  expect([exchanges.length, elsewhere]).toStrictEqual([120, 12]);
  expect(new Set(exchanges.map(({ aimedAt }) => aimedAt.operationId)).size).toBe(7);
});

test('the fake responds to every recorded request as the description says, but for two 415s and an empty Location', () => {
  const wrong = exchanges.filter(({ aimedAt, answer }) => aimedAt.violationsOf(answer).length > 0);
  expect(wrong.map(({ name }) => name)).toStrictEqual(Object.keys(undocumented));
  for (const { name, aimedAt, answer } of wrong) {
    expect(aimedAt.violationsOf(answer)).toStrictEqual([expect.stringContaining(undocumented[name] ?? '')]);
  }
});

test('the validation notices each change of a response that a client could notice', () => {
  const unnoticed: string[] = [];
  let changes = 0;
  for (const { name, aimedAt, answer } of exchanges.filter((exchange) => !(exchange.name in undocumented))) {
    for (const [change, changed] of changesOf(aimedAt.operationId, answer)) {
      changes += 1;
      if (aimedAt.violationsOf(changed).length === 0) unnoticed.push(`${name}: ${change}`);
    }
  }
  expect(unnoticed).toStrictEqual([]);
  expect(changes).toBeGreaterThan(500);
});

/** Answers that are almost this one. */
function changesOf(operationId: string, answer: CheckedAnswer): [change: string, changed: CheckedAnswer][] {
  const { statusCode, headers, body } = answer;
  const changes: [string, CheckedAnswer][] = [['another status', { ...answer, statusCode: 418 }]];
  const without = (header: string): void => {
    const { [header]: _, ...rest } = headers;
    changes.push([`no ${header}`, { ...answer, headers: rest }]);
  };
  if (statusCode === 302) without('location');
  if (operationId === 'login' && statusCode < 400) without('set-cookie');
  if (body === undefined) return changes;
  without('content-type');
  changes.push(['HTML', { ...answer, headers: { ...headers, 'content-type': 'text/html' }, body: '<html></html>' }]);
  changes.push(['null', { ...answer, body: null }]);
  const isList = Array.isArray(body);
  const [first, ...others]: unknown[] = isList ? body : [body];
  const wrap = (item: unknown): unknown => (isList ? [item, ...others] : item);
  if (first === undefined) return changes;
  changes.push(['another property', { ...answer, body: wrap({ ...first, another: 1 }) }]);
  for (const key of Object.keys(first as object)) {
    const { [key]: _, ...rest } = first as Record<string, unknown>;
    changes.push([`no ${key}`, { ...answer, body: wrap(rest) }]);
    changes.push([`a number for ${key}`, { ...answer, body: wrap({ ...rest, [key]: 1 }) }]);
    if (/^(id|issuedAt)$/.test(key)) {
      changes.push([`neither UUID nor date for ${key}`, { ...answer, body: wrap({ ...rest, [key]: 'x' }) }]);
    }
  }
  return changes;
}

function checked({ status, headers, body }: RawResponse): CheckedAnswer {
  const lines: Record<string, string> = {};
  for (const [name, value] of headers) lines[name] = name in lines ? `${lines[name]}, ${value}` : value;
  return { statusCode: status, headers: lines, body: body === '' ? undefined : JSON.parse(body) };
}
