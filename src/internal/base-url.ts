import type { Refuse } from './arguments.ts';
import { pageOrigin } from './page-origin.ts';

const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;
const ADDRESS = 'an absolute address such as https://q.trap.jp/api/v3 (or, in a page, a path such as /api/v3)';

/** A client's options about its API root. */
export interface BaseSettings {
  /** Without a slash at the end; in a page also a path on the page's own origin. */
  readonly baseUrl: string;
  readonly allowInsecureHttp: boolean;
}

/** The API root, resolved. */
export interface Base {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly origin: string;
}

/** The API root: a path is taken on the page's origin, at each use. @throws `invalid_argument` where there is no page. */
export function baseOf({ baseUrl, allowInsecureHttp }: BaseSettings, refuse: Refuse): Base {
  const root = absolute(baseUrl);
  if (root === undefined) throw refuse('baseUrl', 'an absolute address where there is no page with an origin');
  return root === baseUrl ? { baseUrl, origin: originOf(baseUrl) } : checkBaseUrl(root, allowInsecureHttp, refuse);
}

/** The API root for other clients: absolute, unless it is a path and there is no page. */
export function publicBaseUrl({ baseUrl }: BaseSettings): string {
  return absolute(baseUrl) ?? baseUrl;
}

/** The API root; undefined if it is a path and no page with an origin is there. */
function absolute(baseUrl: string): string | undefined {
  if (!isPath(baseUrl)) return baseUrl;
  const origin = pageOrigin() ?? 'null';
  return origin === 'null' ? undefined : origin + baseUrl;
}

/** The origin of a checked URL: its text up to the path. Parsing it again would cost far more. */
function originOf(baseUrl: string): string {
  return baseUrl.split('/', 3).join('/');
}

function isPath(baseUrl: unknown): baseUrl is string {
  return typeof baseUrl === 'string' && /^\/(?![\\/])/.test(baseUrl);
}

function checkPath(given: string, refuse: Refuse): string {
  // Any origin serves to check the path.
  const path = checkBaseUrl(`http://localhost${given}`, false, refuse).baseUrl.slice('http://localhost'.length) || '/';
  // Normalised, without tabs and dots, it may have become the address of another host.
  if (!isPath(path)) throw refuse('baseUrl', ADDRESS);
  return path;
}

function checkBaseUrl(baseUrl: string, allowInsecureHttp: boolean, refuse: Refuse): Base {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw refuse('baseUrl', ADDRESS);
  }
  if (!['https:', 'http:'].includes(url.protocol)) throw refuse('baseUrl', 'an https: address');
  if (url.username || url.password) throw refuse('baseUrl', 'without user name and password');
  if (/[?#]/.test(baseUrl)) throw refuse('baseUrl', 'without query and fragment');
  if (url.protocol === 'http:' && !allowInsecureHttp && !loopback.test(url.hostname)) {
    throw refuse('baseUrl', 'https: (plain http: shows the session to the network; allowInsecureHttp permits it)');
  }
  return { baseUrl: url.href.replace(/\/+$/, ''), origin: url.origin };
}

/** Checks the option `baseUrl`. @returns it without a slash at the end. */
export function checkBaseUrlOption(baseUrl: string, allowInsecureHttp: boolean, refuse: Refuse): string {
  return isPath(baseUrl) ? checkPath(baseUrl, refuse) : checkBaseUrl(baseUrl, allowInsecureHttp, refuse).baseUrl;
}
