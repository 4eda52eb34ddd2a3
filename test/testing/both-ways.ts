import { test as base, type TestAPI } from 'vitest';
import { createFakeTraq, type FakeListener, type FakeTraq, type FakeTraqOptions } from '../../src/testing/index.ts';
import { jsonInit } from '../support/json-init.ts';
import { byFetch, byHttp, type Send } from './recorded.ts';

/** A day in milliseconds. */
export const day = 86_400_000;
/** The moment at which tests begin, in milliseconds since the epoch. */
export const start: number = Date.UTC(2026, 10, 24, 21, 51, 42, 639);

/** What goes with a request. */
export interface AskOptions {
  /** Token of the session whose cookie is sent. */
  session?: string | undefined;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array;
}

/** What a test looks at in a response. */
export interface Told {
  status: number;
  /** The sentence in a JSON body. */
  message: string | undefined;
  body: string;
  /** Lines for the session cookie in order: `new`, `clear` or the line itself. */
  cookies: string[];
  /** The last new session token; empty if there is none. */
  token: string;
  header: (name: string) => string | undefined;
}

/** Sends a request below the API's root; a path that starts with two slashes is taken from the origin's root. */
export type Ask = (method: string, path: string, options?: AskOptions) => Promise<Told>;

const newLine = /^r_session=([a-zA-Z0-9]{50}); Path=\/; Expires=[^;]+ GMT; Max-Age=2419200; HttpOnly; SameSite=Lax$/;
const clearingLine = 'r_session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';

function messageOf(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: string };
    return message;
  } catch {
    return undefined;
  }
}

/** Makes an {@link Ask} of a way to send. */
export function asking(send: Send): Ask {
  return async (method, path, { session, headers = {}, json, raw } = {}) => {
    const sent = { ...headers };
    if (session !== undefined) sent.cookie = `r_session=${session}`;
    if (json !== undefined) sent['content-type'] ??= 'application/json';
    const text = json === undefined ? raw : JSON.stringify(json);
    const target = path.startsWith('//') ? path.slice(1) : `/api/v3${path}`;
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    const response = await send(method, target, sent, bytes);
    const lines = response.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
    const tokens = lines.flatMap((line) => newLine.exec(line)?.[1] ?? []);
    return {
      status: response.status,
      message: messageOf(response.body),
      body: response.body,
      cookies: lines
        .filter((line) => line.startsWith('r_session='))
        .map((line) => (newLine.test(line) ? 'new' : line === clearingLine ? 'clear' : line)),
      token: tokens.at(-1) ?? '',
      header: (name) => response.headers.find(([key]) => key === name)?.[1],
    };
  };
}

/** A fake with the users alice and bob, and two tokens of alice's and one of robot's. */
export function createServer(options: FakeTraqOptions = {}): FakeTraq {
  const server = createFakeTraq({
    users: ['alice', 'bob', 'robot'].map((name) => ({ name, password: `password-${name}` })),
    providers: ['oidc', 'github'],
    now: () => start,
    ...options,
  });
  server.addToken({ token: 'bot-token', user: 'robot', kind: 'bot' });
  server.addToken({ token: 'app-token', user: 'alice', kind: 'oauth' });
  return server;
}

/** What a test may ask for. */
interface Given {
  server: FakeTraq;
  /** By the fake's fetch. */
  ask: Ask;
  listener: FakeListener;
}

type Test = Pick<TestAPI, 'each' | 'skipIf'> & ((title: string, run: (given: Given) => unknown) => void);

/** A test with a server of its own, and with that server listening, until the test is over, if it asks for that. */
export const test: Test = base
  .extend('server', () => createServer())
  .extend('ask', ({ server }) => asking(byFetch(server)))
  .extend('listener', async ({ server }, { onCleanup }) => {
    const listener = await server.listen();
    onCleanup(listener.close);
    return listener;
  });

/** Tests by the fake's fetch and over HTTP what the two ways do not share. The title continues the name of the member. */
export function bothWays(title: string, run: (ask: Ask, server: FakeTraq) => Promise<void>): void {
  test(`server.fetch ${title}`, ({ server }) => run(asking(byFetch(server)), server));
  test(`server.listen ${title}`, ({ server, listener }) => run(asking(byHttp(listener.origin)), server));
}

/** Credentials of one of the users. */
export const credentials = (name: string): { name: string; password: string } => ({
  name,
  password: `password-${name}`,
});

/** A login of alice's. */
export const logIn: RequestInit = jsonInit(credentials('alice'));
