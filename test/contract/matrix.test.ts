import { randomUUID } from 'node:crypto';
import { beforeAll, expect, inject, test } from 'vitest';
import type { StoredSession } from '../../src/index.ts';
import { type DocumentedAnswer, documentedAnswers, strictDescription } from '../support/prism-description.ts';
import { HELD, NOW, type Played, play } from '../support/prism-play.ts';
import { type Recorded, recordOf } from '../support/prism-record.ts';
import { type Case, cases, type Pair, type Wanted } from './cases.ts';

const prism = inject('prism');
const documented = documentedAnswers(await strictDescription()).map((answer) => ({ ...answer, pair: pairOf(answer) }));

// All is played before the first test, so that the record is whole in whatever order the tests come.
const played = new Map<string, Played>();
let record: Recorded[] = [];

beforeAll(async () => {
  const caller = `matrix ${randomUUID()}`;
  await Promise.all(
    documented.flatMap(({ pair, status, operationId }) =>
      Object.keys(caseOf(pair)?.wanted ?? {}).map(async (example) => {
        const held = operationId === 'login' ? undefined : HELD;
        const scene = { prism, caller, status, example: example || undefined, held };
        played.set(`${pair} ${example}`, await play((caseOf(pair) as Case).call, scene));
      }),
    ),
  );
  record = await recordOf(caller, prism);
}, 60_000);

test('the description has 36 pairs of operation and status, each with a case', () => {
  expect(documented).toHaveLength(36);
  expect(documented.map(({ pair }) => pair).sort()).toStrictEqual(Object.keys(cases).sort());
});

test("the 14 pairs of upstream's own description are among them", () => {
  const upstream: Pair[] = [
    ...(['login 204', 'login 302', 'login 400', 'login 401', 'login 403'] as const),
    ...(['logout 204', 'logout 302'] as const),
    ...(['getMySessions 200', 'revokeMySession 204'] as const),
    ...(['getMyExternalAccounts 200', 'linkExternalAccount 302', 'linkExternalAccount 400'] as const),
    ...(['unlinkExternalAccount 204', 'unlinkExternalAccount 400'] as const),
  ];
  expect(new Set(upstream).size).toBe(14);
  expect(documented.map(({ pair }) => pair)).toStrictEqual(expect.arrayContaining(upstream));
});

test('each named example of a response has a case of its own', () => {
  const named = documented.map(({ pair, examples }) => [pair, examples.length === 0 ? [''] : examples]);
  expect(named).toStrictEqual(documented.map(({ pair }) => [pair, Object.keys(caseOf(pair)?.wanted ?? {})]));
});

test('a case for each pair, and none besides, is what the compiler asks for', () => {
  const { 'login 204': taken, ...others } = cases;
  // @ts-expect-error: a pair without a case.
  others satisfies Record<Pair, Case>;
  // @ts-expect-error: a case without a pair.
  ({ ...cases, 'login 418': taken }) satisfies Record<Pair, Case>;
  expect(taken).toBe(cases['login 204']);
});

for (const answer of documented) {
  for (const [example, wanted] of Object.entries(caseOf(answer.pair)?.wanted ?? {})) {
    const answered = [answer.status, example].join(' ').trim();
    const does = 'value' in wanted ? 'resolves' : `throws ${wanted.code}`;
    test(`${answer.operationId}, answered ${answered}, ${does}`, () => {
      expect(played.get(`${answer.pair} ${example}`)).toStrictEqual({
        result: resultOf(answer, wanted),
        requests: 1,
        complaints: [],
        session: sessionAfter(answer),
      });
    });
  }
}

test('Prism served each pair to a request without a violation, and nothing else was asked of it', () => {
  const sound = record.filter(({ violations }) => violations.length === 0);
  expect(new Set(sound.map(pairOf))).toStrictEqual(new Set(documented.map(({ pair }) => pair)));
  expect(record.filter((request) => !sound.includes(request))).toStrictEqual([]);
  expect(record).toHaveLength(played.size);
});

test('each request has the query that its call is to send, all of it documented', () => {
  for (const request of record) {
    expect([pairOf(request), request.query]).toStrictEqual([pairOf(request), caseOf(pairOf(request))?.query ?? []]);
    expect(request.undocumentedQuery, pairOf(request)).toStrictEqual([]);
  }
  expect(new Set(record.flatMap(({ query }) => query))).toStrictEqual(new Set(['redirect', 'all']));
});

test('login never carries an Authorization, even with an access token at hand (T5)', () => {
  const logins = record.filter(({ operationId }) => operationId === 'login');
  expect(logins).toHaveLength(8);
  for (const { hasAuthorization } of logins) expect(hasAuthorization).toBe(false);
});

test('a held session goes with every other call, and no Authorization beside it (T5)', () => {
  const others = record.filter(({ operationId }) => operationId !== 'login');
  expect(others).toHaveLength(played.size - 8);
  for (const { hasCookie, hasAuthorization } of others) {
    expect({ hasCookie, hasAuthorization }).toStrictEqual({ hasCookie: true, hasAuthorization: false });
  }
});

function pairOf({ operationId, status }: { operationId: string; status: number }): string {
  return `${operationId} ${status}`;
}

function caseOf(pair: string): Case | undefined {
  return (cases as Partial<Record<string, Case>>)[pair];
}

function resultOf({ operationId, method, path, status }: DocumentedAnswer, wanted: Wanted): Played['result'] {
  if ('value' in wanted) return { value: wanted.value(prism.url) };
  const message = `${method} ${path} failed: ${wanted.serverMessage} (${status} ${wanted.code})`;
  const name = 'TraqError';
  return { error: { name, message, operation: operationId, method, route: path, status, ...wanted } };
}

function sessionAfter({ operationId, status }: DocumentedAnswer): StoredSession | undefined {
  const succeeded = status < 400;
  if (operationId === 'login') return succeeded ? { token: 'example', issuedAt: NOW } : undefined;
  return operationId === 'logout' && succeeded ? undefined : HELD;
}
