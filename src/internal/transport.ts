import createClient, { type Client } from 'openapi-fetch';
import type { operations, paths } from '../../generated/schema.ts';
import type { CallOptions } from '../options.ts';
import { checkCallOptions, type Refuse } from './arguments.ts';
import { discard, readText, refusalOf } from './body.ts';
import { browserSession, isBrowserMode } from './browser-session.ts';
import { Deadline } from './deadline.ts';
import { operationRoutes } from './error-table.ts';
import { type Answer, type Call, timedOut } from './exchange.ts';
import { failure, refusal } from './failure.ts';
import { parseJson } from './json.ts';
import { readLocation } from './location.ts';
import { NO_COOKIE } from './relogin.ts';
import { RETRIED_STATUSES, retrying } from './retry.ts';
import { managedSession, type Session } from './session.ts';
import type { Settings } from './settings.ts';
import { fillPath, RequestStandIn, ResponseStandIn } from './stand-ins.ts';

/** The generated client's calls. */
export type Api = Pick<Client<paths>, 'GET' | 'POST' | 'DELETE'>;
/** To be passed on to the generated client with each call: it is what sends. */
export type Fetch = (request: Request) => Promise<Response>;

/** What a method says of its call, beside what it sends. */
export interface Plan {
  readonly operation: keyof operations;
  readonly options: CallOptions;
  /** Statuses that are success (T1, T2). */
  readonly accepts: readonly number[];
  /** Checks the arguments, before anything is sent. */
  readonly check?: (refuse: Refuse) => void;
  readonly secrets?: () => readonly string[];
  /** Whether it may be sent again after a passing failure (T8). */
  readonly retried?: boolean;
  /** Text fields of each item of a list (T2). */
  readonly itemFields?: readonly string[];
  /** login with `ifLoggedIn: 'replace'`. */
  readonly replace?: boolean;
  /** logout with `allSessions`. */
  readonly allSessions?: boolean;
  /** Where a redirect leads that a browser hides (T4). */
  readonly hidden?: () => string;
  /** Whether a `Location` on the base origin is a part of success (T2). */
  readonly leadsHome?: boolean;
  /** Whether a failure is none after all. */
  readonly forgives?: (error: unknown, call: Call) => Promise<boolean>;
}

/** What came of a call. */
export interface Outcome<T> {
  readonly data: T;
  /** The absolute address of the `Location` header. */
  readonly location: string | undefined;
}

/** The one way to the server: turns an answer into a value or a `TraqError`. */
export interface Transport {
  readonly settings: Settings;
  /** The session, once it is known who holds the cookie. */
  session(): Session;
  /** Whether the browser holds the cookie. */
  inBrowser(): boolean;
  /** Makes one of the seven operations' calls. */
  call<T>(plan: Plan, request: (api: Api, fetch: Fetch) => Promise<{ data?: T }>): Promise<Outcome<T>>;
  /** Whether the call's session is of the user of that name. */
  isSessionOf(name: string, call: Call): Promise<boolean>;
}

export function createTransport(settings: Settings): Transport {
  const { baseUrl, now } = settings;
  const api: Api = createClient<paths>({
    baseUrl,
    Request: RequestStandIn as unknown as typeof Request,
    pathSerializer: fillPath,
  });
  let browser: boolean | undefined;
  let chosen: Session | undefined;

  function inBrowser(): boolean {
    browser ??= isBrowserMode(settings);
    return browser;
  }

  function session(): Session {
    chosen ??= inBrowser() ? browserSession(settings) : managedSession(settings);
    return chosen;
  }

  async function call<T>(plan: Plan, request: (api: Api, fetch: Fetch) => Promise<{ data?: T }>): Promise<Outcome<T>> {
    const { operation, options, retried, hidden, forgives, replace = false, allSessions = false } = plan;
    const route = operationRoutes[operation];
    const secrets: string[] = [];
    const context = { operation, route, secrets };
    const refuse: Refuse = (argument, wanted) =>
      failure(context, 'invalid_argument', `${argument} must be ${wanted}; nothing was sent`);
    checkCallOptions(options, refuse);
    plan.check?.(refuse);
    if (plan.secrets) secrets.push(...plan.secrets());
    const { signal, timeoutMs = settings.timeoutMs } = options;
    const deadline = new Deadline(signal, timeoutMs, () => timedOut(context, timeoutMs));
    const kind = operation === 'login' || operation === 'logout' ? operation : 'other';
    let location: string | undefined;

    const send = async (standIn: Request): Promise<Response> => {
      const { url, init } = standIn as unknown as RequestStandIn;
      // As a whole too: what repeats a request may have encoded it once more.
      if (plan.secrets) secrets.push(url.split('?', 2)[1] ?? '', String(init.body ?? ''));
      const sent = {
        operation,
        route,
        secrets,
        kind,
        url,
        init,
        deadline,
        resendable: true,
        replace,
        allSessions,
      } as const;
      const answer = await session().send(sent);
      if (answer.response.type === 'opaqueredirect' && hidden && inBrowser()) {
        location = hidden();
        return new ResponseStandIn(undefined) as unknown as Response;
      }
      location = readLocation(answer.response.headers, url);
      return new ResponseStandIn(await read(plan, sent, answer, location)) as unknown as Response;
    };

    try {
      const { data } = retried
        ? await retrying(deadline, settings.maxRetries, RETRIED_STATUSES, () => request(api, send))
        : await request(api, send);
      return { data: data as T, location };
    } catch (error) {
      // openapi-fetch swallows a reason that is falsy.
      if (deadline.over) throw deadline.reason;
      const init = { method: 'GET', headers: {}, redirect: 'manual' } as const;
      const ask: Call = { ...context, kind: 'other', url: `${baseUrl}/users/me`, init, deadline, resendable: true };
      if (await forgives?.(error, ask)) return { data: undefined as T, location: undefined };
      throw error;
    } finally {
      deadline.end();
    }
  }

  /** The data of an answer that is a success; throws what any other means. */
  async function read(plan: Plan, sent: Call, answer: Answer, location: string | undefined): Promise<unknown> {
    const { response, fresh } = answer;
    if (!plan.accepts.includes(response.status)) throw await refusalOf(sent, response, settings);
    if (plan.itemFields === undefined) {
      discard(response);
      if (sent.kind === 'login' && fresh === undefined && !inBrowser()) {
        throw refusal(sent, response, now, undefined, NO_COOKIE);
      }
      if (plan.leadsHome && !location?.startsWith(`${settings.origin}/`)) {
        throw refusal(sent, response, now, undefined, 'the answer leads to no address of this server; check baseUrl');
      }
      return undefined;
    }
    const body = await readText(sent, response, sent.deadline, now);
    const list = parseList(body, plan.itemFields);
    if (list === undefined) {
      const wanted = `a JSON list whose items have ${plan.itemFields.join(', ')}`;
      throw refusal(sent, response, now, undefined, `the answer is not ${wanted}; check baseUrl`);
    }
    return list;
  }

  async function isSessionOf(name: string, ask: Call): Promise<boolean> {
    const { response } = await session().send(ask);
    const body = await readText(ask, response, ask.deadline, now);
    const user = response.status === 200 ? (parseJson(body) as { name?: unknown } | null | undefined) : undefined;
    return typeof user?.name === 'string' && user.name.toLowerCase() === name.toLowerCase();
  }

  return { settings, session, inBrowser, call, isSessionOf };
}

function parseList(body: string | undefined, itemFields: readonly string[]): unknown[] | undefined {
  const list = parseJson(body);
  if (!Array.isArray(list)) return undefined;
  const isItem = (item: Record<string, unknown> | null): boolean =>
    typeof item === 'object' && item !== null && itemFields.every((field) => typeof item[field] === 'string');
  return list.every(isItem) ? list : undefined;
}
