import { gzipSync } from 'node:zlib';
import { CLEARING_LINE } from '../support/answers.ts';
import { type Answer, answer, type Play } from './answers.ts';
import { secrets } from './canary.ts';
import type { Operation } from './operations.ts';

/** Something that a server may do, to any operation. */
export interface Fault {
  readonly name: string;
  /** @param elsewhere - origin of another server, to which nothing may ever go. */
  readonly play: (operation: Operation, elsewhere: string) => Play;
  /** What its cookies do to the session that the request carried; most do nothing. */
  readonly fate?: Fate;
  /** It is what the real server would send: a success must come of it. */
  readonly isSound?: boolean;
}

/** What becomes of a session. */
export type Fate = 'kept' | 'renewed' | 'ended';

type Headers = Answer['headers'];

const json: Headers = [['Content-Type', 'application/json']];
const html: Headers = [['Content-Type', 'text/html; charset=utf-8']];
const gzip: Headers = [...json, ['Content-Encoding', 'gzip']];
const page = '<!doctype html><title>Sign in to the Wi-Fi</title>';
const bomb = gzipSync(Buffer.alloc(32 * 1_048_576, ' '), { level: 9 });
const freshLine = `r_session=${secrets.freshToken}; Path=/; Max-Age=2419200; HttpOnly; SameSite=Lax`;

const tooLarge = ['unexpected_response'];
// The fetch of Node 20 never tells of a body that does not decode, if it came later than the headers; and on a connection
// that stays open it lets go of it four seconds later.
const undecodable = { end: 'close', trouble: ['network', 'timeout'] } as const;

/** A server that says again all that it was told. */
const echo = ({ carries }: Operation): string =>
  carries.map((secret) => `${secret} ${encodeURIComponent(secret)} ${JSON.stringify(secret)}`).join(' | ');

const cookies = (lines: readonly string[]): Headers => lines.map((line) => ['Set-Cookie', line] as const);

/** What the server would respond if all went well, with other cookies, or none. */
function success({ kind, success: { status, body, location } }: Operation, lines?: readonly string[]): Answer {
  const headers: (readonly [string, string])[] = [...cookies(lines ?? (kind === 'login' ? [freshLine] : []))];
  if (location !== undefined) headers.push(['Location', location]);
  return body === undefined ? answer(status, '', headers) : answer(status, JSON.stringify(body), [...headers, ...json]);
}

const cut = (name: string, sent: string, end: 'reset' | 'close' | 'stall'): Fault => ({
  name,
  play: () => ({ kind: 'cut', sent, end }),
});

const half = 'HTTP/1.1 200 OK\r\nContent-Type: appli';
const ends = ['reset', 'close', 'stall'] as const;
const headerLine = (name: string, value: string): string => `HTTP/1.1 204 No Content\r\n${name}: ${value}\r\n\r\n`;

const connection: readonly Fault[] = [
  { name: 'refused', play: () => ({ kind: 'refused' }) },
  ...ends.map((end) => cut(`${end} before the answer`, '', end)),
  ...ends.map((end) => cut(`${end} within the status line`, 'HTTP/1.1 2', end)),
  ...ends.map((end) => cut(`${end} within the headers`, half, end)),
  cut('100 kB of headers', headerLine('X', 'x\r\nX: '.repeat(20_000)), 'close'),
  cut('a header of 100 kB', headerLine('X', 'x'.repeat(100_000)), 'close'),
  cut('a cookie of 1 MB', headerLine('Set-Cookie', `r_session=${'x'.repeat(1_000_000)}`), 'close'),
  cut('a cookie with a line feed in it', headerLine('Set-Cookie', `x=1\n r_session=${secrets.freshToken}`), 'close'),
  cut('a cookie with a carriage return in it', headerLine('Set-Cookie', 'x=1\r r_session=; Max-Age=0'), 'close'),
  cut('not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'close'),
  cut('two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]', 'close'),
  cut('a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\n[]', 'close'),
  cut('a line that is no header', 'HTTP/1.1 204 No Content\r\nno colon here\r\n\r\n', 'close'),
  cut('another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 'close'),
];

/** What may become of a body, at statuses that are read and at one that is not, where it is a success. */
const bodies: readonly Fault[] = [200, 302, 500].flatMap((status) => {
  const location: Headers = status === 302 ? [['Location', '/']] : [];
  return bodiesAt(status).map(
    ([what, body, headers = json, more]): Fault => ({
      name: `${status}, ${what}`,
      play: () => answer(status, body, [...location, ...headers], more),
    }),
  );
});

function bodiesAt(status: number): [what: string, body: string | Buffer, headers?: Headers, more?: Partial<Answer>][] {
  return [
    ['reset within the body', '[', json, { end: 'reset', trouble: ['network'] }],
    ['closed within the body', '[', json, { end: 'close', trouble: ['network'] }],
    ['stall within the body', '[', json, { end: 'stall', trouble: ['timeout'] }],
    ['a body that never ends', '[', json, { end: 'endless', trouble: tooLarge }],
    // Errors alone are read up to 1 MiB, lists up to 16 (T9).
    ['a body of over 1 MiB', `[${' '.repeat(1_048_577)}]`, json, { ...(status !== 200 && { trouble: tooLarge }) }],
    ['a gzip bomb', bomb, gzip, { trouble: tooLarge }],
    ['broken gzip', Buffer.from(`\x1f\x8b\x08${'x'.repeat(100)}`, 'latin1'), gzip, undecodable],
    ['no gzip at all', '[]', gzip, undecodable],
    ['a broken chunk', 'AZ\r\n[]\r\n', [...json, ['Transfer-Encoding', 'chunked']], { trouble: ['network'] }],
    ['a body longer than its length', '[]]]', [...json, ['Content-Length', '2']]],
    ['a body cut by its length', '[{"id":', [...json, ['Content-Length', '3']]],
    ['invalid UTF-8', Buffer.from('[{"id":"\xff\xfe"}]', 'latin1')],
    ['an empty body', ''],
    ['null', 'null'],
    ['true', 'true'],
    ['a number', '1e999'],
    ['a text', '"text"'],
    ['an object', '{"message":"no","id":"x","issuedAt":"y"}'],
    ['a message that is an object', '{"message":{"message":"no"}}'],
    ['a message of control characters', JSON.stringify({ message: '\u0000\u001b[31m\r\n\u2028x' })],
    ['a list of nothing', '[]'],
    ['a list behind a byte order mark', '\uFEFF[]'],
    ['a list of null', '[null]'],
    ['a list of texts', '["text"]'],
    ['a list of lists', '[[]]'],
    ['a list of empty objects', '[{}]'],
    ['numbers for texts', '[{"id":1,"issuedAt":2,"providerName":3,"externalName":4,"linkedAt":5}]'],
    ['a list and more', '[] []'],
    ['a list without its end', '['],
    ['lists 50,000 deep', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['objects 20,000 deep', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['fields on the prototype', '[{"__proto__":{"id":"x","issuedAt":"y"},"constructor":{"prototype":1}}]'],
    ['a message on the prototype', '{"__proto__":{"message":"x"},"toString":1}'],
    ['a page', page, html],
    ['a page in the place of JSON', page],
  ];
}

/** Redirects, most of which nobody asked for. */
const redirects: readonly Fault[] = [301, 302, 303, 307, 308].flatMap((status): Fault[] => {
  const to = (where: string, location: (operation: Operation, elsewhere: string) => string): Fault => ({
    name: `${status} to ${where}`,
    play: (operation, elsewhere) => answer(status, '', [['Location', location(operation, elsewhere)]]),
  });
  return [
    to('its own origin', () => '/elsewhere'),
    to('another host', (_, elsewhere) => `${elsewhere}/${secrets.token}`),
    to('its own address', ({ path }) => path),
    to('no address', () => 'http://['),
    to('a script', () => 'javascript:alert(1)'),
    { name: `${status} to nowhere`, play: () => answer(status) },
  ];
});

const refused = [400, 401, 403, 404, 409, 413, 415, 418, 422, 429, 500, 502, 503, 504, 599];

/** Refusals of the server and of whatever stands before it. */
const statuses: readonly Fault[] = refused.flatMap((status): Fault[] => [
  { name: `${status} with an empty body`, play: () => answer(status) },
  { name: `${status} with a page`, play: (operation) => answer(status, page + echo(operation), html) },
  { name: `${status} with JSON`, play: (one) => answer(status, JSON.stringify({ message: echo(one) }), json) },
]);

/** A status after which a list is sent again, but not if what came with it is nothing that the server would send. */
const passing: Fault = {
  name: '503 with a body of over 1 MiB',
  play: () => answer(503, ' '.repeat(1_048_577), json, { trouble: tooLarge }),
};

/** Set-Cookie lines on a success, by what they do. */
const cookieLines: Record<Fate, Record<string, readonly string[]>> = {
  renewed: {
    'a new token': [freshLine],
    'a new token, then a clear': [freshLine, CLEARING_LINE],
    'a clear, then a new token': [CLEARING_LINE, freshLine],
    '1,000 lines': [...Array.from({ length: 999 }, () => 'a=1'), freshLine],
  },
  ended: {
    'a clear': [CLEARING_LINE],
    'two clears': [CLEARING_LINE, CLEARING_LINE],
    'a new token that is over already': [freshLine.replace('2419200', '-1')],
  },
  kept: {
    'no cookie': [],
    'a token of 4,097 characters': [`r_session=${'x'.repeat(4097)}`],
    'a token that is not ASCII': ['r_session=\xff\xfe'],
    'no name': ['r_session', '=r_session', '; r_session=x', '', '='],
  },
};

const cookieFaults: readonly Fault[] = [
  ...(['kept', 'renewed', 'ended'] as const).flatMap((fate) =>
    Object.entries(cookieLines[fate]).map(([what, lines]): Fault => {
      const name = `a success with ${what}`;
      return { name, play: (operation) => success(operation, lines), fate, isSound: true };
    }),
  ),
  ...[400, 401, 403, 500].flatMap((status): Fault[] => [
    { name: `${status} with a clear`, play: () => answer(status, '', cookies([CLEARING_LINE])), fate: 'ended' },
    { name: `${status} with a new token`, play: () => answer(status, page, cookies([freshLine])), fate: 'renewed' },
  ]),
];

/** All of them; the first is the control: nothing goes wrong. */
export const faults: readonly Fault[] = [
  { name: 'nothing', play: (operation) => success(operation), isSound: true },
  ...connection,
  ...bodies,
  ...redirects,
  ...statuses,
  passing,
  ...cookieFaults,
];
