/** What openapi-fetch makes in place of a `Request`, whose building is most of its own cost. */
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

/** What openapi-fetch reads in place of a `Response`: a success, with its bounded text to be parsed (T2b, T9). */
export class ResponseStandIn {
  readonly ok = true;
  readonly status: number;
  readonly headers: { get(): null } = { get: () => null };
  /** What was received. */
  readonly response: Response;
  /** Where it leads, made absolute. */
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

/** Fills a route template. A path has no braces of its own: none of it is taken for a parameter. */
export function fillPath(template: string, parameters: Record<string, unknown>): string {
  let path = template;
  for (const name in parameters) path = path.replace(`{${name}}`, encodeURIComponent(String(parameters[name])));
  return path;
}
