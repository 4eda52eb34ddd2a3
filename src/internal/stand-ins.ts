/** Stands in for `Request` in openapi-fetch, whose own cost is mostly building one. */
export class RequestStandIn {
  /** The path below the API root, and the query. */
  readonly url: string;
  readonly method: string;
  readonly body: string | undefined;

  constructor(url: string, { method, body }: { method: string; body?: string | undefined }) {
    this.url = url;
    this.method = method;
    this.body = body;
  }
}

/** Stands in for a successful `Response` in openapi-fetch, with the bounded text that it parses (T2b, T9). */
export class ResponseStandIn {
  readonly ok = true;
  readonly status: number;
  readonly headers: { get(): null } = { get: () => null };
  /** The response itself. */
  readonly response: Response;
  /** The target of its redirect, absolute. */
  readonly location: string | undefined;
  readonly #text: string | undefined;

  constructor(response: Response, text: string | undefined, location: string | undefined) {
    this.status = text === undefined ? 204 : 200;
    this.response = response;
    this.location = location;
    this.#text = text;
  }

  async text(): Promise<string> {
    return `${this.#text}`;
  }
}

/** Fills a route template, which has one parameter. */
export function fillPath(template: string, parameters: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/, (_, name: string) => encodeURIComponent(String(parameters[name])));
}
