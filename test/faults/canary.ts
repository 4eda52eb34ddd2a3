import { inspect } from 'node:util';

/** Each carries a core of letters and digits, which no encoding changes: a part of a secret that shows is a leak too. */
export const cores = {
  password: 'CANARYpassword7f3a',
  token: 'CANARYtoken91bc',
  freshToken: 'CANARYfresh55de',
  accessToken: 'CANARYaccess20fe',
  redirect: 'CANARYredirect64aa',
  query: 'CANARYquery88ab',
} as const;

/** What is put through every call: with characters that addresses, forms and JSON write otherwise. */
export const secrets: Record<keyof typeof cores, string> = {
  password: `p "q" \\ % & + ' <ä> ${cores.password} / ü😀\n`,
  token: `${cores.token}-!#$%&'()*+./:<=>?@[]^_{|}~`,
  freshToken: `${cores.freshToken}-0123456789`,
  accessToken: `${cores.accessToken}-%+/=`,
  redirect: `https://app.example/back?state=${cores.redirect}%20"x"&é=1#frag ${cores.redirect}`,
  query: `${cores.query} "x" & ü`,
};

/** The forms in which logs, addresses, forms and JSON show a secret. */
export function formsOf(of: readonly string[]): string[] {
  return of.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ secret }).toString(),
    JSON.stringify(secret),
    JSON.stringify({ body: JSON.stringify({ secret }) }),
    inspect({ secret }),
    encodeURIComponent(encodeURIComponent(secret)).toLowerCase(),
    secret.replace(/[^ -~]|[<>&"']/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ]);
}

/** An error as hostile as those of the worst HTTP libraries: secrets in every place, in every form. */
export function errorFullOfSecrets(of: readonly string[]): Error {
  const said = formsOf(of);
  const cause = new Error(`inner ${said.join(' ')}`);
  const error = new TypeError(`outer ${said.join(' ')}`, { cause });
  error.name = `Name${said.join('')}`;
  return Object.assign(error, {
    code: said.join(),
    config: { headers: { cookie: said }, data: said.join() },
    request: Object.assign(() => said, { said }),
    response: { headers: new Map([['set-cookie', said]]) },
    errors: [cause],
    [Symbol('options')]: said,
  });
}

/** The names of the secrets that can be seen in a value, wherever one may look. */
export function seenIn(value: unknown): string[] {
  return coresIn(everythingIn(value).join('\n'));
}

/** The names of the secrets that a text has in it. */
export function coresIn(shown: string): string[] {
  const text = shown.toLowerCase();
  return Object.keys(cores).filter((name) => text.includes(cores[name as keyof typeof cores].toLowerCase()));
}

/** All texts that a value shows to a log, a debugger, a serializer or a curious program. */
function everythingIn(root: unknown): string[] {
  const texts: string[] = [String(root), inspect(root, { depth: Number.POSITIVE_INFINITY, showHidden: true })];
  texts.push(inspect(root, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, showProxy: true }));
  texts.push(JSON.stringify(root) ?? '', JSON.stringify([root]));
  const seen = new Set<unknown>();
  const look = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'symbol') texts.push(String(value));
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    // Up the chain, but not into the language itself, which is the same for all.
    for (let at: object | null = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      if (at === Function.prototype || at === Array.prototype || at === Promise.prototype) break;
      for (const key of Reflect.ownKeys(at)) {
        look(key);
        try {
          look(Reflect.get(at, key, value));
        } catch {
          // Restricted properties of functions.
        }
      }
    }
    if (value instanceof Map || value instanceof Set) look([...value]);
  };
  look(root);
  return texts;
}
