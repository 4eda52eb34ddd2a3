import { MOST_LOOKED_AT } from './body-secrets.ts';
import { redactorOf } from './redaction.ts';

/** How many levels of a cause chain are kept (E5). */
const MOST_LEVELS = 5;

/** A stack's lines that name a place, in the format of V8 and of the other engines. */
const frames = /^(?: {4}at .*|[^\s:@]*@\S+:\d+)$/gm;

/**
 * What is kept of an error that came from a fetch, a store or a callback, and of its causes: copies of name, message,
 * code and stack, since such errors carry whole requests about (E3, E5).
 *
 * @param secrets - what must not be seen.
 * @param isComplete - whether these are all; if not, name and code alone are kept.
 */
export function copyError(thrown: unknown, secrets: readonly string[], isComplete: boolean): Error {
  const redact = redactorOf(secrets);
  const copy = (cause: Error | undefined, level: unknown): Error => copyLevel(level, redact, isComplete, cause);
  return chainOf(thrown).reduceRight<Error | undefined>(copy, undefined) as Error;
}

/** The system's error code (`ECONNREFUSED`, …) in a copied error or its causes. */
export function systemCode(copy: unknown): string | undefined {
  const { code, cause } = Object(copy) as { code?: string; cause?: unknown };
  return code ?? (cause === undefined ? undefined : systemCode(cause));
}

function chainOf(thrown: unknown): unknown[] {
  const levels = [thrown];
  while (levels.length < MOST_LEVELS) {
    const cause = read(levels.at(-1), 'cause');
    if (cause === undefined || cause === null || levels.includes(cause)) break;
    levels.push(cause);
  }
  return levels;
}

function copyLevel(
  thrown: unknown,
  redact: (text: string) => string,
  isComplete: boolean,
  cause: Error | undefined,
): Error {
  const text = (key: string): string | undefined => {
    const value = read(thrown, key);
    return typeof value === 'string' ? redact(value) : undefined;
  };
  const isObject = Object(thrown) === thrown;
  const message = isComplete && (isObject ? text('message') : redact(String(thrown)));
  const copy = new Error(message || '', cause && { cause });
  const name = text('name') ?? 'Error';
  const code = text('code');
  const stack = read(thrown, 'stack');
  const isShown = isComplete && typeof stack === 'string' && stack.length <= MOST_LOOKED_AT;
  const where = (isShown && stack.match(frames)) || [];
  return Object.defineProperties(copy, {
    name: { value: name },
    stack: {
      value: [`${name}: ${copy.message}`, ...where.map(redact)].join('\n'),
    },
    ...(code !== undefined && { code: { value: code, enumerable: true } }),
  });
}

/** A property of any value. Only the platform's own getters are run, such as those of `DOMException`. */
function read(value: unknown, key: string): unknown {
  try {
    for (let owner = value; Object(owner) === owner; owner = Object.getPrototypeOf(owner)) {
      const found = Object.getOwnPropertyDescriptor(owner, key);
      if (found?.get && isPlatformGetter(owner, found.get)) return Reflect.apply(found.get, value, []);
      if (found) return found.value;
    }
  } catch {
    // A proxy that throws, or a getter called on another kind of value.
  }
  return undefined;
}

/**
 * Node's DOMException is written in JavaScript, and in an emulated page the global one is another; in some engines `stack`
 * is a native accessor.
 */
function isPlatformGetter(owner: unknown, getter: () => unknown): boolean {
  const tag = Object.getOwnPropertyDescriptor(owner, Symbol.toStringTag)?.value;
  return tag === 'DOMException' || /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(getter));
}
