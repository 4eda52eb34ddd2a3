import type { State } from './accounts.ts';
import type { Faults } from './faults.ts';
import {
  type HeaderLine,
  type IncomingRequest,
  json,
  type OutgoingResponse,
  Refusal,
  type RouteResponse,
} from './messages.ts';
import { alphanumeric } from './random.ts';
import { describeRequest, type FakeRequest, record } from './request-log.ts';
import { findRoute, type Route } from './routes.ts';
import { strike } from './strike.ts';

const allowedHeaders = 'Content-Type,Authorization,X-TRAQ-Signature,X-TRAQ-Channel-Id';
const exposedHeaders = 'X-TRAQ-VERSION,X-TRAQ-FILE-CACHE,X-TRAQ-FILE-TYPE,X-TRAQ-More,X-Request-Id';

function crossOriginHeaders({ method, header }: IncomingRequest): HeaderLine[] {
  if (!header('origin')) return [];
  if (method !== 'OPTIONS') {
    return [
      ['Access-Control-Allow-Origin', '*'],
      ['Access-Control-Expose-Headers', exposedHeaders],
    ];
  }
  return [
    ['Vary', 'Access-Control-Request-Method'],
    ['Vary', 'Access-Control-Request-Headers'],
    ['Access-Control-Allow-Origin', '*'],
    ['Access-Control-Allow-Methods', 'GET,HEAD,PUT,PATCH,POST,DELETE'],
    ['Access-Control-Allow-Headers', allowedHeaders],
    ['Access-Control-Max-Age', '3600'],
  ];
}

/** The header lines that every response of the server begins with. */
const commonHeaders = (state: State, request: IncomingRequest): HeaderLine[] => [
  ['Date', new Date(state.now()).toUTCString()],
  ['Vary', 'Accept-Encoding'],
  ['Vary', 'Origin'],
  ['X-Request-Id', request.header('x-request-id') || alphanumeric(32)],
  ...crossOriginHeaders(request),
];

/** Responds by the server's rules. The part that looks at the session runs before this returns. */
async function respond(state: State, route: Route, request: IncomingRequest): Promise<RouteResponse> {
  const headers = commonHeaders(state, request);
  if (request.method === 'OPTIONS') return { status: 204, headers, body: '' };
  let response: RouteResponse;
  try {
    response = await route.serve(state, { request, headers });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    response = json(error.status, { message: error.message });
  }
  if (request.method === 'HEAD') return { status: response.status, headers, body: '' };
  return { ...response, headers: [...headers, ...response.headers] };
}

/** The one way of a request through the fake. What rejects stands for a connection that is cut. */
export type Respond = (request: IncomingRequest) => Promise<OutgoingResponse>;

/** Makes the {@link Respond} of a fake; requests go into `log` if there is one. */
export function createRespond(state: State, faults: Faults, log: FakeRequest[] | undefined): Respond {
  return async (request) => {
    const route = findRoute(state, request);
    const seen = describeRequest(request, route.operation);
    if (log !== undefined) record(log, seen);
    const act = (): Promise<RouteResponse> => respond(state, route, request);
    const fault = faults.take(seen);
    return fault === undefined
      ? act()
      : strike(fault, {
          request: seen,
          arrived: request.text,
          act,
          commonHeaders: () => commonHeaders(state, request),
        });
  };
}
