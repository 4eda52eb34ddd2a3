import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../generated/schema.ts';
import type { CallOptions } from '../options.ts';
import { checkCallOptions, checkRedirect, type Refuse, refuserOf } from './arguments.ts';
import { readText, refusalOf } from './body.ts';
import { bareRequest, Call } from './call.ts';
import { isSuccess } from './exchange.ts';
import { refusal } from './failure.ts';
import { parseJson } from './json.ts';
import { readLocation } from './location.ts';
import { knownOperations, type OperationId } from './operations.ts';
import { waitToRetry } from './retry.ts';
import { browserSession, isBrowserMode } from './session/browser-session.ts';
import { managedSession } from './session/managed-session.ts';
import { NO_COOKIE } from './session/relogin.ts';
import type { Answer, Session } from './session/session.ts';
import type { Settings } from './settings.ts';
import { answered, fillPath, RequestStandIn } from './stand-ins.ts';

/** The generated client's calls. */
export type Api = Pick<Client<paths>, 'GET' | 'POST' | 'DELETE'>;
/** To be passed on to the generated client with each call: it is what sends. */
export type Fetch = (request: Request) => Promise<Response>;

/** What a method says of its call, beside what it sends. */
export interface Plan {
  readonly options: CallOptions;
  /** Checks the arguments, before anything is sent. */
  readonly check?: (refuse: Refuse) => void;
  /** What must not be seen in any error (E3), beside what a login or logout sends. */
  readonly secret?: string;
  /** login, logout: where the caller wants to be sent on to. */
  readonly redirect?: string | undefined;
  /** login with `ifLoggedIn: 'replace'`. */
  readonly replace?: boolean;
  /** logout with `allSessions`. */
  readonly allSessions?: boolean;
  /** Where a redirect leads that a browser hides (T4). */
  readonly hidden?: () => string;
  /** Whether a failure is none after all. */
  readonly forgives?: (error: unknown, call: Call) => Promise<boolean>;
}

/** The one way to the server: turns an answer into a value or a `TraqError`. */
export interface Transport {
  readonly settings: Settings;
  /** The session, once it is known who holds the cookie. */
  session(): Session;
  /** Whether the browser holds the cookie. */
  inBrowser(): boolean;
  /**
   * Makes one of the seven operations' calls.
   *
   * @param request - has the generated client send it.
   * @returns the list; or the absolute address of the `Location` header, where a redirect is success.
   */
  call<T>(
    operation: OperationId,
    plan: Plan,
    request: (api: Api, fetch: Fetch) => Promise<{ data?: T | undefined }>,
  ): Promise<T>;
  /** Whether the call's session is of the user of that name. */
  isSessionOf(name: string, call: Call): Promise<boolean>;
}

export function createTransport(settings: Settings): Transport {
  const api: Api = createClient<paths>({
    baseUrl: settings.baseUrl,
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

  async function call<T>(
    operation: OperationId,
    plan: Plan,
    request: (api: Api, fetch: Fetch) => Promise<{ data?: T | undefined }>,
  ): Promise<T> {
    const { route, expects, itemFields, isRetried } = knownOperations[operation];
    const secrets: string[] = [];
    const context = { operation, route, secrets };
    const refuse = refuserOf(context);
    checkCallOptions(plan.options, refuse);
    plan.check?.(refuse);
    const redirect = checkRedirect(plan.redirect, settings.baseUrl, refuse);
    // A redirect may carry a secret of the caller's: none of its parts is to be seen (E3).
    if (redirect) {
      const { href, search, hash, searchParams } = redirect;
      secrets.push(`${plan.redirect}`, href, search, hash, ...searchParams.values());
    }
    if (plan.secret !== undefined) secrets.push(plan.secret);
    const sent = new Call(settings, context, plan.options.timeoutMs, plan.options.signal);
    sent.expects = expects;
    if (operation === 'login' || operation === 'logout') sent.kind = operation;
    if (plan.replace) sent.replace = true;
    if (plan.allSessions) sent.allSessions = true;

    let data: unknown;
    const send = async (standIn: Request): Promise<Response> => {
      const { url, init } = standIn as unknown as RequestStandIn;
      sent.url = url;
      sent.init = init;
      // As a whole too: what repeats a request may have encoded it once more.
      if (sent.kind !== 'other') {
        secrets.push(...url.split('?').slice(1));
        if (init.body) secrets.push(String(init.body));
      }
      const answer = await session().send(sent);
      const { response } = answer;
      if (response.type === 'opaqueredirect' && inBrowser()) data = redirect?.href ?? plan.hidden?.();
      if (data === undefined) {
        if (!isSuccess(sent, response)) throw await refusalOf(sent, response);
        data = itemFields ? await readList(sent, response, itemFields) : readEmpty(sent, answer);
      }
      return answered as unknown as Response;
    };

    try {
      for (let tried = 0; ; tried++) {
        try {
          await request(api, send);
          return data as T;
        } catch (error) {
          // openapi-fetch swallows a reason that is falsy.
          sent.check();
          if (await plan.forgives?.(error, sent)) return undefined as T;
          if (!isRetried) throw error;
          await waitToRetry(sent, error, tried);
        }
      }
    } finally {
      sent.end();
    }
  }

  /** Where an answer leads that needs no more than its headers to be a success. */
  function readEmpty(sent: Call, { response, fresh }: Answer): string | undefined {
    if (sent.kind === 'login' && fresh === undefined && !inBrowser()) {
      throw refusal(sent, response, undefined, NO_COOKIE);
    }
    if (response.status !== 302) return undefined;
    const location = readLocation(response.headers, sent.url);
    if (sent.expects === 302 && !location?.startsWith(`${settings.origin}/`)) {
      throw refusal(sent, response, undefined, 'the answer leads to no address of this server; check baseUrl');
    }
    return location;
  }

  async function isSessionOf(name: string, asking: Call): Promise<boolean> {
    asking.kind = 'other';
    asking.url = `${settings.baseUrl}/users/me`;
    asking.init = bareRequest('GET');
    const { response } = await session().send(asking);
    const body = await readText(asking, response);
    const user = response.status === 200 ? (parseJson(body) as { name?: unknown } | null | undefined) : undefined;
    return typeof user?.name === 'string' && user.name.toLowerCase() === name.toLowerCase();
  }

  return { settings, session, inBrowser, call, isSessionOf };
}

/** The list in an answer's body, each item with its text fields (T2). */
async function readList(sent: Call, response: Response, itemFields: readonly string[]): Promise<unknown> {
  const list = parseJson(await readText(sent, response));
  const isItem = (item: Record<string, unknown> | null): boolean =>
    itemFields.every((field) => typeof item?.[field] === 'string');
  if (Array.isArray(list) && list.every(isItem)) return list;
  const wanted = `a JSON list whose items have ${itemFields.join(', ')}`;
  throw refusal(sent, response, undefined, `the answer is not ${wanted}; check baseUrl`);
}
