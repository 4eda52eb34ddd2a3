/** A request as the fake reads it, whichever way it came. */
export interface IncomingCall {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Still percent-encoded, without the question mark. */
  readonly search: string;
  /** Value of a header; `name` in lower case. */
  header(name: string): string | undefined;
  /** The body as text, empty if there is none. */
  text(): Promise<string>;
  /** Resolves when everything that arrives together with this call has arrived. */
  settled(): Promise<void>;
}

/** A header line of an answer. Values are Latin-1, as `fetch` shows them. */
export type HeaderLine = readonly [name: string, value: string];

/** What a route answers, before the headers that every answer has. */
export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  /** Latin-1, as {@link queryValue} gives it. */
  readonly location?: string;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** A call, and the header lines that its answer has so far. */
export interface Exchange {
  readonly call: IncomingCall;
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

/** A reply without a body. */
export const noContent: Reply = { status: 204 };

/** A JSON reply; the server ends it with a line break. */
export const json = (status: number, value: unknown): Reply => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

/** The reply that tells of a refusal. */
export const refused = (status: number, message: string): Reply => json(status, { message });

/** A small page. */
export const html = (status: number, title: string, content: string): Reply => ({
  status,
  type: 'text/html; charset=UTF-8',
  body: `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title>\n${content}\n</html>\n`,
});
