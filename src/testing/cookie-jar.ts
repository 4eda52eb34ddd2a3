import type { HeaderLine } from './messages.ts';

/** A cookie as a browser keeps it. */
export interface FakeCookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** When it ends by the fake's clock, in milliseconds since the epoch; `Infinity` if it ends with the browser. */
  readonly expires: number;
  /** Whether it is hidden from scripts. */
  readonly httpOnly: boolean;
}

/**
 * The cookies of one browser, the oldest first: `new Map()` is an empty jar. Its keys are made of name and path. It holds
 * tokens: keep it out of logs.
 */
export type CookieJar = Map<string, FakeCookie>;

/** RFC 6265, 5.1.4: the directory of the request. */
const defaultPath = (pathname: string): string => pathname.slice(0, pathname.lastIndexOf('/')) || '/';

function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number {
  const maxAge = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires;
}

/** Name and value of a pair; an attribute such as HttpOnly has no value. */
function splitPair(pair: string): [name: string, value: string] {
  const equals = `${pair}=`.indexOf('=');
  return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()];
}

function parseLine(line: string, pathname: string, now: number): FakeCookie {
  const [pair, ...rest] = line.split(';') as [string, ...string[]];
  const [name, value] = splitPair(pair);
  const attributes = new Map(rest.map(splitPair).map(([key, text]) => [key.toLowerCase(), text]));
  const path = attributes.get('path') ?? '';
  return {
    name,
    value,
    path: path.startsWith('/') ? path : defaultPath(pathname),
    expires: expiryOf(attributes, now),
    httpOnly: attributes.has('httponly'),
  };
}

const matches = (pathname: string, path: string): boolean =>
  pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);

/** What a browser does with a jar. The fake is one host, whatever an address says. */
export class CookieStore {
  readonly #jar: CookieJar;
  readonly #now: () => number;

  constructor(jar: CookieJar, now: () => number) {
    this.#jar = jar;
    this.#now = now;
  }

  /** The value of the `Cookie` header for an address; empty if there is none. Longer paths come first, then older cookies. */
  header({ pathname }: URL): string {
    return [...this.#jar.values()]
      .filter(({ path, expires }) => matches(pathname, path) && expires > this.#now())
      .sort((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Takes the cookies of a response from an address, and takes out those that it clears. */
  store({ pathname }: URL, headers: readonly HeaderLine[]): void {
    for (const [header, line] of headers) {
      if (header.toLowerCase() !== 'set-cookie') continue;
      const cookie = parseLine(line, pathname, this.#now());
      const key = `${cookie.name}; Path=${cookie.path}`;
      if (cookie.expires > this.#now()) this.#jar.set(key, cookie);
      else this.#jar.delete(key);
    }
  }
}
