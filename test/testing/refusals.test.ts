import { expect, test } from 'vitest';
import { createFakeTraq, type FakeFault, type FakeTraq, type FakeTraqOptions } from '../../src/testing/index.ts';
import { createServer, credentials, start } from './both-ways.ts';

/** Holds that something is refused with just these words. */
function expectRefused(act: () => unknown, message: string): void {
  expect(act).toThrow(expect.objectContaining({ name: 'TraqError', code: 'invalid_argument', message }));
}

const users = (given: object): object => ({ users: [{ ...credentials('alice'), ...given }] });
const wrongOptions: [message: string, ...options: unknown[]][] = [
  ['options must be an object', null, 'x'],
  ['users must be a list', { users: credentials('alice') }],
  ['a user must be an object', { users: [null] }],
  ["a user's name must be a text that is not empty", users({ name: undefined }), users({ name: '' })],
  ["a user's name: must contain [a-zA-Z0-9_-] only", users({ name: 'a b' })],
  ["a user's password must be a text that is not empty", users({ password: 5 }), users({ password: '' })],
  ['there is a user of that name already', { users: ['alice', 'ALICE'].map(credentials) }],
  ['providers must be a list', { providers: 'github' }],
  ['providers must be a text that is not empty', { providers: [''] }, { providers: [1] }],
  ['providers: must contain [a-zA-Z0-9_-] only', { providers: ['a/b'] }],
  ['providers names one twice', { providers: ['github', 'github'] }],
  ['now must be a function', { now: 5 }],
  ['rateLimit must be true or false', { rateLimit: 'no' }],
  ['recordRequests must be true or false', { recordRequests: 1 }],
];
test.each(wrongOptions)('createFakeTraq says that %s', (message, ...options) => {
  for (const wrong of options) expectRefused(() => createFakeTraq(wrong as FakeTraqOptions), message);
});

const tooOld = { ageMs: start + 8.64e15 + 1 };
const bot = { token: 'x', user: 'bob', kind: 'bot' };
const wrongCalls: [message: string, member: keyof FakeTraq, ...args: unknown[]][] = [
  ['a user must be an object', 'addUser', undefined],
  ['the name of a user must be a text that is not empty', 'suspend', ''],
  ['there is no user of that name', 'suspend', 'nobody'],
  ['there is no user of that name', 'sessionsOf', 'nobody'],
  ['there is no user of that name', 'openSession', 'nobody'],
  ['there is no user of that name', 'link', 'nobody', 'github'],
  ['there is no user of that name', 'addToken', { ...bot, user: 'nobody' }],
  ['ageMs must be a number of milliseconds, 0 or more', 'openSession', 'alice', { ageMs: -1 }],
  ['ageMs must not lead past the earliest date there is', 'openSession', 'alice', tooOld],
  ['ms must be a number of milliseconds, 0 or more', 'advance', -1],
  ['ms must be a number of milliseconds, 0 or more', 'advance', Number.POSITIVE_INFINITY],
  ['ms must be a number of milliseconds, 0 or more', 'advance', '5'],
  ['ms must not lead past the last date there is', 'advance', 8.64e15 + 1 - start],
  ['browserFetch: jar must be a Map', 'browserFetch', null],
  ['browserFetch: jar must be a Map', 'browserFetch', new Set()],
  ['there is no provider of that name', 'link', 'alice', 'nope'],
  ['externalName must be a text that is not empty', 'link', 'alice', 'oidc', ''],
  ['the user has an account of that provider linked already', 'link', 'alice', 'github', 'another'],
  ['that account is linked to another user', 'link', 'bob', 'github', 'shared'],
  ['a token must be an object', 'addToken', null],
  ['token must be visible ASCII', 'addToken', { ...bot, token: 5 }],
  ['token must be visible ASCII', 'addToken', { ...bot, token: 'ab\u00e9' }],
  ['token must be visible ASCII', 'addToken', { ...bot, token: ' ab' }],
  ['token must be visible ASCII', 'addToken', { ...bot, token: '' }],
  ['kind must be bot or oauth', 'addToken', { ...bot, kind: 'x' }],
  ['there is such a token already', 'addToken', { ...bot, token: 'bot-token' }],
];
test.each(wrongCalls)('createFakeTraq’s server says that %s: %s', (message, member, ...args) => {
  const server = createServer();
  server.link('alice', 'github', 'shared');
  // None is a method: each works without its server.
  const call = server[member] as (...args: unknown[]) => unknown;
  expectRefused(() => call(...args), message);
});

const respond = (): Response => new Response();
const status = { kind: 'status', status: 500 };
const html = { kind: 'html' };
const wrongFaults: [message: string, ...faults: unknown[]][] = [
  ['the fault must be an object', undefined, null, 'html'],
  ['kind must be one of status, reset, stall, html, truncated-json, response', {}, { kind: 'toString' }],
  [
    'status must be a whole number from 200 to 599',
    ...[undefined, 199, 600, '500'].map((wrong) => ({ ...status, status: wrong })),
  ],
  ['retryAfter must be a number of seconds, 0 or more', { ...status, retryAfter: -1 }, { ...status, retryAfter: '1' }],
  [
    'headers must be names and values of headers',
    ...[{ 'no name': 'x' }, { a: 'line\nbreak' }, { a: 5 }].map((headers) => ({ ...status, headers })),
  ],
  ['at must be one of before, after', { ...status, at: 'body' }, { kind: 'response', respond, at: 'body' }],
  ['at must be one of before, after, body', { kind: 'reset', at: 'now' }, { kind: 'stall', at: '' }],
  ['at must be one of before', { ...html, at: 'after' }],
  ['at must be one of after', { kind: 'truncated-json', at: 'before' }],
  ['respond must be a function', { kind: 'response' }],
  ['times must be a whole number from 1, or Infinity', ...[0, 1.5, -Infinity].map((times) => ({ ...html, times }))],
  ['path must be text or a RegExp', { ...html, path: 1 }],
  ['method must be text in upper case', { ...html, method: 1 }, { ...html, method: 'get' }],
  [
    'operation must be one of login, logout, getServerVersion, getMe, editMe, changeMyPassword, getMySessions, ' +
      'getMyExternalAccounts, linkExternalAccount, unlinkExternalAccount, revokeMySession',
    { ...html, operation: 'getmysessions' },
  ],
  ['until must be a promise', ...[5, null, {}].map((until) => ({ kind: 'stall', until }))],
  ['body must be text, or a value that becomes JSON', ...[5n, () => {}].map((body) => ({ ...status, body }))],
  ['when must be a function', { ...html, when: true }],
];
test.each(wrongFaults)('server.inject says that %s', (message, ...faults) => {
  const { inject } = createServer();
  for (const fault of faults) expectRefused(() => inject(fault as FakeFault), `inject: ${message}`);
});
