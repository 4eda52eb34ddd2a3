/** A request as the fake reads it, whichever way it came. */
export interface IncomingRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Still percent-encoded, without the question mark. */
  readonly search: string;
  /** Value of a header; `name` in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The body as text, empty if there is none. */
  readonly text: () => Promise<string>;
  /** Resolves when everything that arrives together with this request has arrived. */
  readonly settled: () => Promise<void>;
}

/** A header line of a response. Values are Latin-1, as `fetch` shows them. */
export type HeaderLine = readonly [name: string, value: string];

/** A response on its way out. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: string | ReadableStream<Uint8Array>;
}

/** A response as a route gives it; the header lines that every response has are added to its own. */
export interface RouteResponse extends OutgoingResponse {
  readonly body: string;
}

/** A request, and the header lines that its response has so far. */
export interface Exchange {
  readonly request: IncomingRequest;
  readonly headers: HeaderLine[];
}

/** Thrown by whatever finds that a request is to be refused. */
export class Refusal {
  readonly status: number;
  readonly message: string;

  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

/** The text of a request's body; a byte order mark stays, as it does on the server. */
export const decodeText = (bytes: ArrayBuffer | Uint8Array): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);

/** The text whose bytes stand in a Latin-1 text, one character each. */
export const fromLatin1 = (bytes: string): string => decodeText(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));

export const noContent: RouteResponse = { status: 204, headers: [], body: '' };

/** A JSON response; the server ends it with a line break. */
export const json = (status: number, value: unknown): RouteResponse => ({
  status,
  headers: [['Content-Type', 'application/json']],
  body: `${JSON.stringify(value)}\n`,
});

/** A small page. */
export const html = (title: string, content: string): RouteResponse => ({
  status: 200,
  headers: [['Content-Type', 'text/html; charset=UTF-8']],
  body: `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n${content}\n</html>\n`,
});

/** A redirect to where a Latin-1 text says. As on the server, line breaks become spaces, and other control characters stay. */
export const redirect = (location: string): RouteResponse => ({
  status: 302,
  headers: [['Location', location.replace(/[\r\n]/g, ' ').replace(/^[ \t]+|[ \t]+$/g, '')]],
  body: '',
});

/** Whether a response has control characters in its header lines, so that neither Node nor undici reads it. */
export const isUnreadable = ({ headers }: OutgoingResponse): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  headers.some(([, value]) => /[\x00-\x08\x0a-\x1f\x7f]/.test(value));
