import { vi } from 'vitest';
import { json } from './answers.ts';
import { answering, type Sent, type StubFetch } from './stub-fetch.ts';

/** A `Request` as pages have it: it carries no `Cookie` header. */
export class PageRequest extends Request {
  constructor(input: string | URL | Request, init?: RequestInit) {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.delete('cookie');
    super(input, init instanceof Request ? new Request(init, { headers }) : { ...init, headers });
  }
}

/** Lets the platform look like a page of an origin, until `vi.unstubAllGlobals()`. */
export function beInPage(origin: string): void {
  vi.stubGlobal('Request', PageRequest);
  vi.stubGlobal('location', { origin, protocol: 'https:' });
  vi.stubGlobal('origin', origin);
}

/** A redirect as a page sees it. */
export function opaqueRedirect(): Response {
  const hidden = { status: { value: 0 }, type: { value: 'opaqueredirect' } };
  return Object.defineProperties(new Response(null), hidden);
}

/** Responds to the gate with one young session, and all else the same way; the gate is not among what was sent. */
export function pageAnswering(respond: (sent: Sent) => Response | Promise<Response>): StubFetch {
  const issuedAt = new Date().toISOString();
  const stub = answering((sent) => {
    const isGate = sent.init.keepalive === true && sent.url.endsWith('/users/me/sessions');
    if (!isGate) return respond(sent);
    stub.sent.pop();
    return json(200, [{ id: 'x', issuedAt }], { date: new Date().toUTCString() });
  });
  return stub;
}
