import { expect, test } from 'vitest';
import { createFakeTraq, type FakeFault, type FakeTraq, type FakeTraqOptions } from '../../src/testing/index.ts';
import { createServer } from './both-ways.ts';

const alice = { name: 'alice', password: 'password-alice' };

/** Holds that something is refused with just these words. */
function expectRefused(act: () => unknown, message: string): void {
  expect(act).toThrow(expect.objectContaining({ name: 'TraqError', code: 'invalid_argument', message }));
}

const wrongOptions: [message: string, options: unknown[]][] = [
  ['options must be an object', [null, 'x']],
  ['users must be a list', [{ users: alice }]],
  ['a user must be an object', [{ users: [null] }]],
  [
    "a user's name must be a text that is not empty",
    [undefined, '', 5].map((name) => ({ users: [{ ...alice, name }] })),
  ],
  ["a user's name: must contain [a-zA-Z0-9_-] only", [{ users: [{ ...alice, name: 'a b' }] }]],
  ["a user's name: the length must be between 1 and 32", [{ users: [{ ...alice, name: 'a'.repeat(33) }] }]],
  [
    "a user's password must be a text that is not empty",
    [undefined, ''].map((password) => ({ users: [{ ...alice, password }] })),
  ],
  ['there is a user of that name already', [{ users: [alice, { ...alice, name: 'ALICE' }] }]],
  ['providers must be a list', [{ providers: 'github' }]],
  ['providers must be a text that is not empty', [{ providers: [''] }, { providers: [1] }]],
  ['providers: must contain [a-zA-Z0-9_-] only', [{ providers: ['a/b'] }]],
  ['providers names one twice', [{ providers: ['github', 'github'] }]],
  ['now must be a function', [{ now: 5 }]],
  ['rateLimit must be true or false', [{ rateLimit: 'no' }]],
  ['recordRequests must be true or false', [{ recordRequests: 1 }]],
];
test.each(wrongOptions)('createFakeTraq says that %s', (message, options) => {
  for (const wrong of options) expectRefused(() => createFakeTraq(wrong as FakeTraqOptions), message);
});

const bot = { user: 'bob', kind: 'bot' } as const;
const wrongCalls: [message: string, calls: ((server: FakeTraq) => unknown)[]][] = [
  ['a user must be an object', [({ addUser }) => addUser(undefined as never)]],
  ["a user's password must be a text that is not empty", [({ addUser }) => addUser({ name: 'dave' } as never)]],
  ['there is a user of that name already', [({ addUser }) => addUser({ name: 'Alice', password: 'x' })]],
  ['the name of a user must be a text that is not empty', [({ suspend }) => suspend('')]],
  [
    'there is no user of that name',
    [
      ({ suspend }) => suspend('nobody'),
      ({ sessionsOf }) => sessionsOf('nobody'),
      ({ openSession }) => openSession('nobody'),
      ({ link }) => link('nobody', 'github'),
      ({ addToken }) => addToken({ token: 'x', user: 'nobody', kind: 'bot' }),
    ],
  ],
  [
    'ageMs must be a number of milliseconds, 0 or more',
    [-1, Number.NaN].map(
      (ageMs) =>
        ({ openSession }) =>
          openSession('alice', { ageMs }),
    ),
  ],
  [
    'ms must be a number of milliseconds, 0 or more',
    [-1, Number.POSITIVE_INFINITY, '5' as never].map(
      (ms) =>
        ({ advance }) =>
          advance(ms),
    ),
  ],
  [
    'ageMs must not lead past the earliest date there is',
    [({ now, openSession }) => openSession('alice', { ageMs: now() + 8.64e15 + 1 })],
  ],
  ['ms must not lead past the last date there is', [({ now, advance }) => advance(8.64e15 + 1 - now())]],
  [
    'browserFetch: jar must be a Map',
    [null, {}, [], new Set(), 'x'].map(
      (jar) =>
        ({ browserFetch }) =>
          browserFetch(jar as never),
    ),
  ],
  ['there is no provider of that name', [({ link }) => link('alice', 'nope')]],
  ['externalName must be a text that is not empty', [({ link }) => link('alice', 'github', '')]],
  [
    'the user has an account of that provider linked already',
    [({ link }) => [link('alice', 'github'), link('alice', 'github', 'another')]],
  ],
  [
    'that account is linked to another user',
    [({ link }) => [link('alice', 'github', 'shared'), link('bob', 'github', 'shared')]],
  ],
  ['a token must be an object', [({ addToken }) => addToken(null as never)]],
  [
    'token must be visible ASCII',
    [5 as never, 'ab\u00e9', ' ab', '', 'a b'].map(
      (token) =>
        ({ addToken }) =>
          addToken({ ...bot, token }),
    ),
  ],
  ['kind must be bot or oauth', [({ addToken }) => addToken({ ...bot, token: 'x', kind: 'x' as 'bot' })]],
  ['there is such a token already', [({ addToken }) => addToken({ ...bot, token: 'bot-token' })]],
];
test.each(wrongCalls)('createFakeTraq’s server says that %s', (message, calls) => {
  for (const call of calls) expectRefused(() => call(createServer()), message);
});

const respond = (): Response => new Response();
const status = { kind: 'status', status: 500 };
const wrongFaults: [message: string, faults: unknown[]][] = [
  ['the fault must be an object', [undefined, null, 'html']],
  ['kind must be one of status, reset, stall, html, truncated-json, response', [{}, { kind: 'toString' }]],
  [
    'status must be a whole number from 200 to 599',
    [undefined, 199, 600, '500'].map((wrong) => ({ kind: 'status', status: wrong })),
  ],
  ['retryAfter must be a number of seconds, 0 or more', [-1, '1'].map((retryAfter) => ({ ...status, retryAfter }))],
  [
    'headers must be names and values of headers',
    [{ 'no name': 'x' }, { a: 'line\nbreak' }, { a: 5 }].map((headers) => ({ ...status, headers })),
  ],
  [
    'at must be one of before, after',
    [
      { ...status, at: 'body' },
      { kind: 'response', respond, at: 'body' },
    ],
  ],
  [
    'at must be one of before, after, body',
    [
      { kind: 'reset', at: 'now' },
      { kind: 'stall', at: '' },
    ],
  ],
  ['at must be one of before', [{ kind: 'html', at: 'after' }]],
  ['at must be one of after', [{ kind: 'truncated-json', at: 'before' }]],
  ['respond must be a function', [{ kind: 'response' }]],
  [
    'times must be a whole number from 1, or Infinity',
    [0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY].map((times) => ({ kind: 'html', times })),
  ],
  ['path must be text or a RegExp', [{ kind: 'html', path: 1 }]],
  ['method must be text in upper case', [1, 'get', 'Patch'].map((method) => ({ kind: 'html', method }))],
  [
    'operation must be one of login, logout, getServerVersion, getMe, editMe, changeMyPassword, getMySessions, ' +
      'getMyExternalAccounts, linkExternalAccount, unlinkExternalAccount, revokeMySession',
    ['getmysessions', '', null].map((operation) => ({ kind: 'html', operation })),
  ],
  ['until must be a promise', [5, null, {}].map((until) => ({ kind: 'stall', until }))],
  ['body must be text, or a value that becomes JSON', [5n, () => {}, Symbol('x')].map((body) => ({ ...status, body }))],
  ['when must be a function', [{ kind: 'html', when: true }]],
];
test.each(wrongFaults)('server.inject says that %s', (message, faults) => {
  const { inject } = createServer();
  for (const fault of faults) expectRefused(() => inject(fault as FakeFault), `inject: ${message}`);
});
