import { SESSION_ID } from '../support/operations.ts';
import { errorFullOfSecrets, formsOf, secrets } from './canary.ts';
import { answer, clear, client, credentials, held, post } from './canary-client.ts';

/** A way to an error, which a secret could take too. */
export interface Path {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/** Mistakes of the caller, with secrets in them. */
const mistakes: Record<string, () => unknown> = {
  'no user info in baseUrl': () => client({ baseUrl: `https://alice:${encodeURIComponent(secrets.password)}@host/` }),
  'no query in baseUrl': () => client({ baseUrl: `https://host/?token=${secrets.token}` }),
  'no nonsense in baseUrl': () => client({ baseUrl: secrets.redirect.replace('https://', 'http://[') }),
  'no line break in accessToken': () => client({ accessToken: `${secrets.accessToken}\n` }),
  'no object as cookies': () => client({ cookies: secrets as never }),
  'no store without methods': () => client({ sessionStore: { ...secrets } as never }),
  'no lone surrogate in a password': () => client({}).login({ name: 'alice', password: `${secrets.password}\ud800` }),
  'no list as name': () => client({}).login({ name: [secrets.password] as never, password: secrets.password }),
  'no lone surrogate in a redirect': () => client({}).login({ ...credentials, redirect: `${secrets.redirect}\ud800` }),
  'no wrong host in a redirect': () => client({}).logout({ redirect: `http://[${secrets.redirect}` }),
  'no text as signal': () => client({}).login({ ...credentials, signal: secrets.password as never }),
  'no text as timeoutMs': () => client({}).login({ ...credentials, timeoutMs: secrets.password as never }),
  'no path as sessionId': () => client({}).sessions.revoke(`${SESSION_ID}/../${secrets.token}`),
  'no other origin': () => client({}).fetch(secrets.redirect),
  'no user info in an address': () =>
    client({}).fetch(`http://alice:${encodeURIComponent(secrets.password)}@127.0.0.1/`),
  'no line break in a header': () =>
    client({}).fetch('/', { headers: { authorization: `Bearer ${secrets.accessToken}\n\n!` } }),
  'no line break in a header name': () => client({}).fetch('/', { headers: [[`${secrets.accessToken}\n`, 'x']] }),
  'no cookie': () => client({}).fetch('/', { headers: { cookie: secrets.token } }),
  'no body on a GET': () => client({}).fetch(`/?${secrets.query}`, { body: secrets.password }),
  'no odd referrer': () => client({}).fetch('/', { referrer: `http://[${secrets.token}` }),
  'no odd method': () => client({}).fetch('/', { method: `GET ${secrets.token}` }),
  'no body that breaks': () =>
    client({ fetch: answer(204) }).fetch('/', {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.accessToken}` },
      body: new ReadableStream({ pull: (controller) => controller.error(errorFullOfSecrets([secrets.accessToken])) }),
      duplex: 'half',
    } as RequestInit),
  'no credentials that are none': () =>
    client({ getCredentials: () => ({ ...secrets, name: 1 }) as never }).sessions.list(),
  'no access token with a space': () => client({ accessToken: () => `${secrets.accessToken} !` }).fetch('/'),
  'no clock that throws what was sent': () =>
    client({ ...held(), now: () => confess([secrets.token]) }).sessions.list(),
};

export function confess(known: readonly string[]): never {
  throw errorFullOfSecrets(known);
}

/** The paths through a mistake. */
export const mistakePaths: readonly Path[] = Object.entries(mistakes).map(([name, run]) => ({
  name: `a mistake: ${name}`,
  run: async () => void (await run()),
}));

/** What a callback may do to show whatever it has learnt. */
const confessions: Record<string, (known: readonly string[]) => never | Promise<never>> = {
  throws: confess,
  'rejects with an error': async (known) => Promise.reject(errorFullOfSecrets(known)),
  'rejects with a text': async (known) => Promise.reject(formsOf(known).join('\n')),
  'gives nonsense': async (known) => ({ name: known, password: formsOf(known) }) as never,
};

/** Calls whose callback is asked, and the secrets that the client has been told by then. */
const askings: Record<string, [known: string[], ask: (confess: () => never | Promise<never>) => Promise<unknown>]> = {
  'getCredentials without a session': [
    [secrets.query, secrets.password],
    (confess) => post(client({ getCredentials: confess })),
  ],
  'getCredentials after the end': [
    [secrets.token, secrets.query, secrets.password],
    (confess) => post(client({ ...held(), getCredentials: confess, fetch: answer(401, clear, '{}') })),
  ],
  accessToken: [[secrets.query, secrets.password], (confess) => post(client({ accessToken: confess }))],
};

/** The paths through a callback. */
export const callbackPaths: readonly Path[] = Object.entries(askings).flatMap(([name, [known, ask]]) =>
  Object.entries(confessions).map(([what, tell]) => ({ name: `${name} ${what}`, run: () => ask(() => tell(known)) })),
);
