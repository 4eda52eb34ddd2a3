import { readFileSync } from 'node:fs';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { createFakeTraq, type FakeSession, type FakeTraq } from '../../src/testing/index.ts';

/** A request as it is recorded. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  raw?: string;
  session?: string;
  cookie?: string;
  bearer?: string;
  bodyKeys?: string[];
}

/** A response as it is recorded. */
export interface RecordedResponse {
  status: number;
  headers: Record<string, string[]>;
  body: unknown;
}

/** A recorded conversation. */
export interface Recording {
  id: string;
  given: { sessions?: Record<string, { user: string; ageDays?: number }>; linked?: Record<string, string[]> };
  steps: { request: RecordedRequest; response: RecordedResponse }[];
}

/** A response as it came: header lines in lower case, values Latin-1. */
export interface RawResponse {
  status: number;
  headers: [name: string, value: string][];
  body: string;
}

/** A way to send a request to a fake. */
export type Send = (
  method: string,
  path: string,
  headers: Record<string, string>,
  body: Uint8Array | undefined,
) => Promise<RawResponse>;

/** Reads the recordings. */
export function readRecordings(): Recording[] {
  return JSON.parse(readFileSync(new URL('../recordings/exchanges.json', import.meta.url), 'utf8'));
}

/** Sends by the fake's own fetch. */
export const byFetch =
  (server: FakeTraq): Send =>
  async (method, path, headers, body) => {
    const init: RequestInit = { method, headers, redirect: 'manual' };
    if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
    const response = await server.fetch(`https://traq.example${path}`, init);
    const lines = [...response.headers].flatMap<[string, string]>(([name, value]) =>
      // Fetch joins the lines of a repeated header, all but those of Set-Cookie.
      name === 'vary' ? value.split(', ').map((part): [string, string] => [name, part]) : [[name, value]],
    );
    return { status: response.status, headers: lines, body: await response.text() };
  };

// What the recordings leave out, and what the HTTP library adds.
const unrecorded = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'x-ratelimit-remaining'];

/** Sends over a socket. */
export const byHttp =
  (origin: string): Send =>
  async (method, path, headers, body) => {
    const sent: ClientRequest = httpRequest(`${origin}${path}`, { method, headers, agent: false });
    const answered = new Promise<IncomingMessage>((resolve, reject) =>
      sent.on('response', resolve).on('error', reject),
    );
    sent.end(body);
    const response = await answered;
    const chunks: Uint8Array[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const lines: [string, string][] = [];
    for (let index = 0; index < response.rawHeaders.length; index += 2) {
      lines.push([(response.rawHeaders[index] ?? '').toLowerCase(), response.rawHeaders[index + 1] ?? '']);
    }
    return { status: response.statusCode ?? 0, headers: lines, body: Buffer.concat(chunks).toString('utf8') };
  };

const day = 86_400_000;
const tokens = { bot: 'token-of-a-bot', 'read-write': 'token-of-an-app', unknown: 'token-of-nobody' };

/** A fake as a recording finds it, and the sessions in it. */
export function prepare({ given }: Recording): { server: FakeTraq; sessions: Map<string, FakeSession> } {
  const server = createFakeTraq({
    users: ['alice', 'bob', 'carol', 'robot'].map((name) => ({ name, password: `password-${name}` })),
    providers: ['oidc', 'github'],
    now: () => Date.UTC(2026, 10, 24, 21, 51, 42, 639),
  });
  server.suspend('carol');
  server.addToken({ token: tokens.bot, user: 'robot', kind: 'bot' });
  server.addToken({ token: tokens['read-write'], user: 'alice', kind: 'oauth' });
  for (const [name, providers] of Object.entries(given.linked ?? {})) {
    for (const provider of providers) server.link(name, provider, `${name}-at-${provider}`);
  }
  const sessions = new Map<string, FakeSession>();
  for (const [letter, { user, ageDays = 0 }] of Object.entries(given.sessions ?? {})) {
    sessions.set(letter, server.openSession(user, { ageMs: ageDays * day }));
  }
  return { server, sessions };
}

function sortLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sortLists);
    return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, sortLists(member)]));
}

/** Puts the placeholders of the recordings in place of what differs each time. */
function normalise(raw: RawResponse, sessions: ReadonlyMap<string, FakeSession>, keys?: string[]): RecordedResponse {
  const ids = new Map([...sessions].map(([letter, { id }]) => [id, `{{id:${letter}}}`]));
  const plain = (text: string): string =>
    text
      .replace(
        /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g,
        (id) => ids.get(id) ?? '{{uuid}}',
      )
      .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/g, '{{date-time}}');
  const header = (name: string, value: string): string => {
    if (name === 'x-request-id') return value.replace(/^[a-zA-Z0-9]{32}$/, '{{request-id}}');
    if (name === 'location') {
      return Buffer.from(value, 'latin1')
        .toString('utf8')
        .replace(/(?<=&state=)[a-zA-Z0-9]{32}$/, '{{state}}');
    }
    return value
      .replace(/^(?:r_session=[a-zA-Z0-9]{50}|traq_ext_auth_cookie=[a-zA-Z0-9]{32})(?=;)/, (pair) =>
        pair.replace(/=.*/, '={{new-token}}'),
      )
      .replace(/(?<=Path=\/; Expires=)[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 2026 \d\d:\d\d:\d\d GMT/, '{{http-date}}');
  };

  const headers: Record<string, string[]> = {};
  for (const [name, value] of raw.headers) {
    if (!unrecorded.includes(name)) headers[name] = [...(headers[name] ?? []), header(name, value)];
  }
  if (raw.body === '') return { status: raw.status, headers, body: '' };
  const parsed = JSON.parse(plain(raw.body)) as Record<string, unknown>;
  const kept = keys ? Object.fromEntries(keys.map((key) => [key, parsed[key]])) : parsed;
  return { status: raw.status, headers, body: sortLists(kept) };
}

/** Plays a recording's requests; gives the answers as the recording would hold them. */
export async function play(
  recording: Recording,
  sessions: ReadonlyMap<string, FakeSession>,
  send: Send,
): Promise<RecordedResponse[]> {
  let newest = '';
  const fill = (text: string): string =>
    text.replace(/\{\{(token|id|ID):(\w+)\}\}/g, (_, what: string, letter: string) => {
      const { token = '', id = '' } = sessions.get(letter) ?? {};
      return what === 'token' ? token : what === 'id' ? id : id.toUpperCase();
    });

  const answers: RecordedResponse[] = [];
  for (const { request } of recording.steps) {
    const { method, path, body, raw, session, cookie, bearer } = request;
    const headers: Record<string, string> = { ...request.headers };
    if (session !== undefined) {
      headers.cookie = `r_session=${session === 'new' ? newest : (sessions.get(session)?.token ?? '')}`;
    }
    if (cookie !== undefined) headers.cookie = fill(cookie);
    if (bearer !== undefined) headers.authorization = `Bearer ${tokens[bearer as keyof typeof tokens]}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const text = body === undefined ? raw : JSON.stringify(body);
    const answer = await send(method, fill(path), headers, text === undefined ? undefined : Buffer.from(text));
    for (const [name, value] of answer.headers) {
      const token = name === 'set-cookie' && /^r_session=(\w+)/.exec(value)?.[1];
      if (token) newest = token;
    }
    answers.push(normalise(answer, sessions, request.bodyKeys));
  }
  return answers;
}
