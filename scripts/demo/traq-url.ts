import { DEFAULT_BASE_URL } from '../../src/index.ts';

/** A real server, as TRAQ_URL names it. */
export interface TraqServer {
  readonly baseUrl: string;
  /** What stands before `/api/v3`. */
  readonly root: string;
}

const apiPath = new URL(DEFAULT_BASE_URL).pathname;

/**
 * Reads TRAQ_URL: the address of a server, with or without `/api/v3`.
 *
 * A password goes there, so it must be where nobody can read along.
 */
export function readTraqUrl(text: string): TraqServer {
  if (!URL.canParse(text)) throw new Error('TRAQ_URL must be an address, such as https://q.trap.jp');
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(text);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) {
    throw new Error('TRAQ_URL must be an https address, or http on this machine');
  }
  if (search + hash + username + password !== '') throw new Error('TRAQ_URL must have no user, query or fragment');
  const path = pathname.replace(/\/+$/, '');
  const root = origin + (path.endsWith(apiPath) ? path.slice(0, -apiPath.length) : path);
  return { baseUrl: root + apiPath, root };
}
