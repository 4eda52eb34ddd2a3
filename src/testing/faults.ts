import { demand } from './fake-traq-options.ts';
import type { FakeRequest } from './request-log.ts';
import { type FakeOperation, served } from './routes.ts';

/** Which requests a fault strikes; every condition that is given must hold. A preflight is struck only by `method`. */
export interface FakeFaultTarget {
  /** HTTP method, in upper case. */
  readonly method?: string | undefined;
  /** Whole path without the query, such as `/api/v3/login`, or a pattern that it must match. */
  readonly path?: string | RegExp | undefined;
  /** operationId of the route. */
  readonly operation?: FakeOperation | undefined;
  /** Any other condition. It is called once for each request that meets the others. */
  readonly when?: ((request: FakeRequest) => boolean) | undefined;
  /** How many requests to strike, a whole number from 1 or `Infinity`; 1 unless given. */
  readonly times?: number | undefined;
}

/** Responds with a status and, unless told otherwise, the JSON body that the server would give. */
export interface FakeStatusFault {
  readonly kind: 'status';
  /** 200 to 599. */
  readonly status: number;
  /** Text of the body, or a value that becomes JSON; `{ "message": … }` unless given, empty on 204 and 304. */
  readonly body?: unknown;
  /** Headers beside those that every response has; a list of values sends the header once for each. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Seconds, 0 or more, sent as `Retry-After`. */
  readonly retryAfter?: number | undefined;
  /** `before` (the default): the request has no effect. `after`: it has its effect, and the response is replaced. */
  readonly at?: 'before' | 'after' | undefined;
}

/**
 * Cuts the connection. `server.fetch` rejects with a `TypeError` whose cause has the code `ECONNRESET`. Over HTTP some
 * runtimes send a GET again by themselves when a connection that they used before is cut: strike it with `times: Infinity`.
 * MSW makes a 500 of a handler that rejects: let yours give `server.fetch(request).catch(() => Response.error())`.
 */
export interface FakeResetFault {
  readonly kind: 'reset';
  /**
   * `before` (the default): the request has no effect. `after`: it has its effect, and the response is lost whole, with
   * the cookie in it. `body`: the headers arrive and half of the body; a response without a body is lost whole.
   */
  readonly at?: 'before' | 'after' | 'body' | undefined;
}

/**
 * Lets the caller wait: until `until` settles, then all goes on, whether or not the caller is still there; for ever
 * without it.
 */
export interface FakeStallFault {
  readonly kind: 'stall';
  /** `before` (the default): before the request has its effect. `after`: behind it. `body`: in the middle of the body. */
  readonly at?: 'before' | 'after' | 'body' | undefined;
  readonly until?: PromiseLike<unknown> | undefined;
}

/** Responds with 200 and a page, as a proxy or a portal in front of the server does. The request has no effect. */
export interface FakeHtmlFault {
  readonly kind: 'html';
}

/** The request has its effect, and JSON that ends in the middle comes back. */
export interface FakeTruncatedJsonFault {
  readonly kind: 'truncated-json';
}

/** Responds with a response of your own. */
export interface FakeResponseFault {
  readonly kind: 'response';
  /** Gives the response. */
  readonly respond: (request: FakeRequest) => Response | Promise<Response>;
  /** `before` (the default): the request has no effect. `after`: it has its effect. */
  readonly at?: 'before' | 'after' | undefined;
}

/** Something that goes wrong; see {@link FakeTraq.inject}. */
export type FakeFault = FakeFaultTarget &
  (FakeStatusFault | FakeResetFault | FakeStallFault | FakeHtmlFault | FakeTruncatedJsonFault | FakeResponseFault);

const places: Record<FakeFault['kind'], readonly string[]> = {
  status: ['before', 'after'],
  reset: ['before', 'after', 'body'],
  stall: ['before', 'after', 'body'],
  html: ['before'],
  'truncated-json': ['after'],
  response: ['before', 'after'],
};

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

function demandStatus({ status, body = '', headers = {}, retryAfter = 0 }: FakeStatusFault): void {
  demand(
    Number.isInteger(status) && status >= 200 && status <= 599,
    'inject: status must be a whole number from 200 to 599',
  );
  demand(isJson(body), 'inject: body must be text, or a value that becomes JSON');
  demand(Number.isFinite(retryAfter) && retryAfter >= 0, 'inject: retryAfter must be a number of seconds, 0 or more');
  try {
    new Headers(headerLines(headers));
  } catch {
    demand(false, 'inject: headers must be names and values of headers');
  }
}

/** The lines that headers given by name stand for. */
export const headerLines = (headers: Readonly<Record<string, string | readonly string[]>>): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each): [string, string] => [name, each]),
  );

const isAwaitable = (until: unknown): boolean =>
  until === undefined || typeof (until as PromiseLike<unknown> | null)?.then === 'function';

function demandFault(fault: FakeFault): void {
  demand(typeof fault === 'object' && fault !== null, 'inject: the fault must be an object');
  const { kind, times = 1, path = '', method = '', operation = 'login', when } = fault;
  demand(Object.hasOwn(places, kind), `inject: kind must be one of ${Object.keys(places).join(', ')}`);
  const isCount = Number.isInteger(times) || times === Number.POSITIVE_INFINITY;
  demand(isCount && times >= 1, 'inject: times must be a whole number from 1, or Infinity');
  demand(typeof path === 'string' || path instanceof RegExp, 'inject: path must be text or a RegExp');
  demand(typeof method === 'string' && method === method.toUpperCase(), 'inject: method must be text in upper case');
  demand(served.includes(operation), `inject: operation must be one of ${served.join(', ')}`);
  demand(when === undefined || typeof when === 'function', 'inject: when must be a function');
  const allowed = places[kind];
  const { at = allowed[0] } = fault as { at?: string };
  demand(
    allowed.some((place) => place === at),
    `inject: at must be one of ${allowed.join(', ')}`,
  );
  if (fault.kind === 'status') demandStatus(fault);
  if (fault.kind === 'stall') demand(isAwaitable(fault.until), 'inject: until must be a promise');
  if (fault.kind === 'response') demand(typeof fault.respond === 'function', 'inject: respond must be a function');
}

function strikes(fault: FakeFault, request: FakeRequest): boolean {
  const { method, path, operation, when } = fault;
  if (method === undefined ? request.method === 'OPTIONS' : method !== request.method) return false;
  if (operation !== undefined && operation !== request.operation) return false;
  if (typeof path === 'string' && path !== request.path) return false;
  if (path instanceof RegExp && request.path.search(path) < 0) return false;
  return when === undefined || when(request);
}

/** The faults that wait for their requests. */
export class Faults {
  readonly #waiting = new Set<{ readonly fault: FakeFault; left: number }>();

  /** Adds a fault; returns how to take it back. */
  inject(fault: FakeFault): () => void {
    demandFault(fault);
    const entry = { fault, left: fault.times ?? 1 };
    this.#waiting.add(entry);
    return () => {
      this.#waiting.delete(entry);
    };
  }

  /** The first fault that strikes a request. */
  take(request: FakeRequest): FakeFault | undefined {
    for (const entry of this.#waiting) {
      if (!strikes(entry.fault, request)) continue;
      entry.left -= 1;
      if (entry.left === 0) this.#waiting.delete(entry);
      return entry.fault;
    }
    return undefined;
  }
}
