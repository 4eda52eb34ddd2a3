import type { IncomingRequest } from './messages.ts';
import { queryNames } from './query.ts';
import type { FakeOperation } from './routes.ts';

/** A request that arrived, without anything secret. */
export interface FakeRequest {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly path: string;
  /** Sorted names of the query's parameters; their values are not kept. */
  readonly query: readonly string[];
  /** operationId of the route; absent where the fake knows none. */
  readonly operation?: FakeOperation | undefined;
  /** Whether a `Cookie` header came with it. */
  readonly cookie: boolean;
  /** Whether an `Authorization` header came with it. */
  readonly authorization: boolean;
}

/** How many requests are kept at most, so that long runs stay flat. */
export const requestLogSize = 10_000;
// The oldest go many at a time: one at a time would move all the others on each request.
const droppedAtOnce = 1_000;

export const describeRequest = (request: IncomingRequest, operation: FakeOperation | undefined): FakeRequest => ({
  method: request.method,
  path: request.path,
  query: queryNames(request.search),
  ...(operation !== undefined && { operation }),
  cookie: request.header('cookie') !== undefined,
  authorization: request.header('authorization') !== undefined,
});

export function record(log: FakeRequest[], request: FakeRequest): void {
  if (log.length >= requestLogSize) log.splice(0, log.length - requestLogSize + droppedAtOnce);
  log.push(request);
}
