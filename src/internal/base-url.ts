import type { Refuse } from './arguments.ts';
import { pageOrigin } from './page-origin.ts';

const loopback = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;
const ADDRESS = 'an absolute address such as https://q.trap.jp/api/v3 (or, in a page, a path such as /api/v3)';

/** The API root, resolved. */
export interface Base {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly origin: string;
}

/** A client's options about its API root. */
export interface BaseSettings {
  /** Without a slash at the end; in a page also a path on the page's own origin, which may be `/`. */
  readonly baseUrl: string;
  /** Undefined for a path. */
  readonly origin: string | undefined;
  readonly allowInsecureHttp: boolean;
}

/** The API root: a path is taken on the page's origin, at each use. @throws `invalid_argument` where there is no page. */
export function baseOf({ baseUrl, origin, allowInsecureHttp }: BaseSettings, refuse: Refuse): Base {
  if (origin !== undefined) return { baseUrl, origin };
  const root = onPage(baseUrl);
  if (root === undefined) throw refuse('baseUrl', 'an absolute address where there is no page with an origin');
  return checkBaseUrl(root, allowInsecureHttp, refuse);
}

/** The API root for other clients: absolute, unless it is a path and there is no page. */
export function publicBaseUrl({ baseUrl, origin }: BaseSettings): string {
  return (origin === undefined && onPage(baseUrl)) || baseUrl;
}

/** A path on the page's origin, without a slash at the end; undefined if there is no page, or it has no origin. */
function onPage(path: string): string | undefined {
  const origin = pageOrigin() ?? 'null';
  return origin === 'null' ? undefined : (origin + path).replace(/\/$/, '');
}

function isPath(baseUrl: unknown): baseUrl is string {
  return typeof baseUrl === 'string' && /^\/(?![\\/])/.test(baseUrl);
}

function checkPath(given: string, refuse: Refuse): string {
  // Any origin serves to check the path.
  const { baseUrl, origin } = checkBaseUrl(`http://localhost${given}`, false, refuse);
  const path = baseUrl.slice(origin.length) || '/';
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

/** Checks the option `baseUrl`. */
export function checkBaseUrlOption(
  baseUrl: string,
  allowInsecureHttp: boolean,
  refuse: Refuse,
): Pick<BaseSettings, 'baseUrl' | 'origin'> {
  if (isPath(baseUrl)) return { baseUrl: checkPath(baseUrl, refuse), origin: undefined };
  return checkBaseUrl(baseUrl, allowInsecureHttp, refuse);
}
