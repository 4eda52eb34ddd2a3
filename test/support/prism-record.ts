/** A request as Prism saw it, and what it answered. */
export interface Recorded {
  readonly operationId: string;
  /** Status of the response. */
  readonly status: number;
  /** What was wrong with the request: place and code of each violation, such as `body.name pattern` or `401`. */
  readonly violations: readonly string[];
  /** Names of the query's parameters. */
  readonly query: readonly string[];
  /** Those that the description does not know: OpenAPI cannot forbid them, so that Prism lets them pass. */
  readonly undocumentedQuery: readonly string[];
  readonly hasCookie: boolean;
  readonly hasAuthorization: boolean;
}

/** Where Prism listens, and where it shows what it recorded. */
export interface PrismAddresses {
  /** Prism knows no prefix: the operations are at its root. */
  readonly url: string;
  readonly recordUrl: string;
}

/** The request header that tells whose request it is, so that tests that run at the same time have records of their own. */
export const CALLER_HEADER = 'x-test-caller';

/** What Prism recorded of one caller, in the order in which the requests came. */
export async function recordOf(caller: string, { recordUrl }: PrismAddresses): Promise<Recorded[]> {
  const response = await fetch(`${recordUrl}/${encodeURIComponent(caller)}`);
  return (await response.json()) as Recorded[];
}

declare module 'vitest' {
  interface ProvidedContext {
    prism: PrismAddresses;
  }
}
