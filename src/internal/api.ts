import createClient from 'openapi-fetch';
import type { paths } from '../../generated/schema.ts';
import type { CallOptions } from '../options.ts';
import { checkRedirect, type Refuse, refuserOf } from './arguments.ts';
import { type Base, baseOf } from './base-url.ts';
import { secretsInUrl } from './body-secrets.ts';
import { LIST_LIMIT, readText } from './bounded-text.ts';
import { type Call, contextOf, deadlineOf, isSuccess, plainRequest, type RequestDetails } from './call.ts';
import type { ClientContext } from './client-context.ts';
import type { Deadline } from './deadline.ts';
import { type CallContext, refusal } from './failure.ts';
import { readLocation } from './location.ts';
import { type Input, knownOperations, type Operation, type OperationId, type Output } from './operations.ts';
import { perform } from './perform.ts';
import type { Received } from './session/session.ts';
import { fillPath, RequestStandIn, ResponseStandIn } from './stand-ins.ts';
import { release } from './wire.ts';

/** What a method specifies about its call, apart from what it sends. */
export interface Plan {
  readonly options: CallOptions;
  /** Checks the arguments, before anything is sent. */
  readonly check?: (refuse: Refuse) => void;
  /** What no error may show (E3), apart from the redirect. */
  readonly secrets?: () => readonly string[];
  /** login, logout: the address to be redirected to. */
  readonly redirect?: string | undefined;
  /** The target of a redirect that a browser hides (T4). */
  readonly hidden?: (base: Base) => string;
  readonly sending?: Pick<RequestDetails, 'kind' | 'replace' | 'allSessions'>;
  /** Whether a failed call counts as a success. */
  readonly pardon?: (error: unknown, prepared: Prepared) => Promise<boolean>;
}

/** A call whose arguments were checked, before it is sent. */
export interface Prepared {
  readonly known: Operation;
  readonly plan: Plan;
  readonly context: CallContext;
  readonly base: Base;
  readonly redirect: URL | undefined;
  readonly deadline: Deadline;
}

/** What a call resolves with: the operation's list, if it has one, and the target of its redirect. */
export interface Result<O extends OperationId> {
  readonly data: Output<O>;
  readonly location: string | undefined;
}

/** Makes one call of one operation: openapi-fetch builds the request and parses the response; sending is our own. */
export async function callOperation<O extends OperationId>(
  client: ClientContext,
  operation: O,
  input: Input<O>,
  plan: Plan,
): Promise<Result<O>> {
  const prepared = prepare(client, operation, plan);
  const { known, context, deadline } = prepared;
  const fetch = (request: RequestStandIn): Promise<ResponseStandIn> => sendStandIn(prepared, request);
  try {
    const { method, path } = known;
    // openapi-fetch writes `method` into a copy of this. Engines are slow to add a property to a copy, so it is there.
    const { data, response } = await client.api(method, path, { method, fetch, ...input });
    if (known.itemFields === undefined || isListOf(data, known.itemFields)) {
      return { data: data as Output<O>, location: response.location };
    }
    throw notAList(context, known, response.response);
  } catch (error) {
    // openapi-fetch swallows a falsy reason, and reports broken JSON by an error that quotes it.
    deadline.check();
    if (await plan.pardon?.(error, prepared)) return {} as Result<O>;
    throw error instanceof SyntaxError ? notAList(context, known) : error;
  } finally {
    deadline.end();
  }
}

/** Checks a call's arguments, and starts its time. @throws `invalid_argument` */
function prepare(client: ClientContext, operation: OperationId, plan: Plan): Prepared {
  const secrets = (): string[] => [
    ...(plan.secrets?.() ?? []),
    ...(redirect ? secretsInUrl(redirect, `${plan.redirect}`, redirect.pathname) : []),
  ];
  const context = contextOf(client, operation, plan.options, secrets);
  const refuse = refuserOf(context);
  plan.check?.(refuse);
  const base = baseOf(client.settings, refuse);
  const redirect = checkRedirect(plan.redirect, base.baseUrl, refuse);
  const known = knownOperations[operation];
  return { known, plan, context, base, redirect, deadline: deadlineOf(context, plan.options) };
}

function isListOf(data: unknown, itemFields: readonly string[]): boolean {
  const isItem = (item: Record<string, unknown> | null): boolean =>
    itemFields.every((field) => typeof item?.[field] === 'string');
  return Array.isArray(data) && data.every(isItem);
}

function notAList(context: CallContext, { itemFields, success }: Operation, response?: Response): Error {
  const wanted = `a JSON list whose items have ${itemFields?.join(', ')}`;
  const received = response ?? { status: success, headers: new Headers() };
  return refusal(context, received, undefined, `the response is not ${wanted}; check baseUrl`);
}

function sendStandIn(prepared: Prepared, { url, method, body }: RequestStandIn): Promise<ResponseStandIn> {
  const { known, plan, context, base, deadline } = prepared;
  const details = { success: known.success, json: body, ...plan.sending };
  const call: Call = { context, sending: plainRequest(method, base.baseUrl + url, details), deadline };
  return perform(call, (received) => readResponse(prepared, call, received), known.isRetried ?? false);
}

/** Takes from a response what its method needs, or throws its error (T1, T2, T4). */
async function readResponse(
  { known, plan, context, base, redirect }: Prepared,
  call: Call,
  { response }: Received,
): Promise<ResponseStandIn> {
  if (context.client.session.isBrowsers && response.type === 'opaqueredirect') {
    const location = redirect?.href ?? plan.hidden?.(base);
    if (location !== undefined) return new ResponseStandIn(response, undefined, location);
  }
  if (!isSuccess(call, response)) throw refusal(context, response, await readText(call, response));
  if (known.itemFields) return new ResponseStandIn(response, await readText(call, response, LIST_LIMIT), undefined);
  const location = response.status === 302 ? readLocation(response.headers, call.sending.url) : undefined;
  if (known.success === 302 && !location?.startsWith(`${base.origin}/`)) {
    throw refusal(context, response, undefined, 'the response leads to no address of this server; check baseUrl');
  }
  release(response);
  return new ResponseStandIn(response, undefined, location);
}

/** Asks, within the call's time, whose session is held; undefined if the response does not tell. */
export async function nameOfUser({ context, base, deadline }: Prepared): Promise<string | undefined> {
  const fetch = ({ method, url }: RequestStandIn): Promise<ResponseStandIn> => {
    const call: Call = { context, sending: plainRequest(method, base.baseUrl + url), deadline };
    return perform(call, (received) => readUser(call, received), false);
  };
  try {
    const { data } = await context.client.api('GET', '/users/me', { fetch });
    const { name } = Object(data) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch (error) {
    deadline.check();
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function readUser(call: Call, { response }: Received): Promise<ResponseStandIn> {
  const text = await readText(call, response);
  return new ResponseStandIn(response, response.status === 200 ? text : undefined, undefined);
}

/** openapi-fetch's one method, as this file uses it. */
export type Api = <O extends OperationId>(
  method: Operation['method'],
  path: Operation['path'] | '/users/me',
  init: {
    readonly method?: string;
    readonly body?: unknown;
    readonly params?: unknown;
    readonly fetch: (request: RequestStandIn) => Promise<ResponseStandIn>;
  },
) => Promise<{ readonly data?: Output<O>; readonly response: ResponseStandIn }>;

/** Makes the openapi-fetch client. It writes paths only; the base URL is known at the call. */
export function createApi(): Api {
  const { request } = createClient<paths>({
    Request: RequestStandIn as unknown as typeof Request,
    pathSerializer: fillPath,
    // The default one inspects headers first, of which there are none.
    bodySerializer: (body) => JSON.stringify(body),
  });
  return request as unknown as Api;
}
