import { vi } from 'vitest';

/** A `Request` as pages have it: it carries no `Cookie` header. */
class PageRequest extends Request {
  constructor(input: string | URL | Request, init?: RequestInit) {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.delete('cookie');
    super(input, init instanceof Request ? new Request(init, { headers }) : { ...init, headers });
  }
}

/** Lets the platform look like a page of an origin, until `vi.unstubAllGlobals()`. */
export function beInPage(origin: string): void {
  vi.stubGlobal('Request', PageRequest);
  vi.stubGlobal('location', { origin });
}
