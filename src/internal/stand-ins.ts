import { bareRequest, type RequestTemplate } from './call.ts';

/** What openapi-fetch makes in place of a `Request`, whose building is most of its own cost. */
export class RequestStandIn {
  readonly url: string;
  readonly method: string;
  readonly init: RequestTemplate;

  constructor(url: string, { method, body }: { method: string; body?: BodyInit | null }) {
    this.url = url;
    this.method = method;
    this.init = bareRequest(method);
    if (body) {
      this.init.headers['content-type'] = 'application/json';
      this.init.body = body;
    }
  }
}

/** What openapi-fetch reads in place of every `Response`: it would read a body of any length, and in more steps (T9). */
export const answered = { ok: true, status: 204, headers: { get: (): null => null } } as const;

/** Fills a route template. An address has its host in lower case and no braces in its path: none of it is taken for a parameter. */
export function fillPath(template: string, parameters: Record<string, unknown>): string {
  let path = template;
  for (const name in parameters) path = path.replace(`{${name}}`, encodeURIComponent(String(parameters[name])));
  return path;
}
