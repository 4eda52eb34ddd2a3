import { createTraqAuth, type SessionStore, type StoredSession, type TraqAuthOptions } from '../../src/index.ts';
import { errorFullOfSecrets, formsOf, secrets } from './canary.ts';
import { fetchOperation, type Operation, operations, SESSION_ID } from './operations.ts';

/** A way to an error, which a secret could take too. */
export interface Path {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

type Fetch = NonNullable<TraqAuthOptions['fetch']>;
type Traq = ReturnType<typeof createTraqAuth>;

const day = 86_400_000;
const credentials = { name: 'alice', password: secrets.password };
const cookie = { 'set-cookie': `r_session=${secrets.freshToken}; Path=/; Max-Age=2419200` };
const clear = { 'set-cookie': 'r_session=; Max-Age=0' };
const answer =
  (status: number, headers: Record<string, string> = {}, body: string | null = null): Fetch =>
  async () =>
    new Response(body, { status, headers });

/** What a fetch may do to show whatever it has learnt of the requests of one call. */
const indiscretions: Record<string, (known: () => string[]) => Promise<Response>> = {
  'throws an error': (known) => {
    throw errorFullOfSecrets(known());
  },
  'rejects with an error': async (known) => Promise.reject(errorFullOfSecrets(known())),
  'rejects with a text': async (known) => Promise.reject(formsOf(known()).join('\n')),
  'rejects with an object': async (known) => {
    const all = formsOf(known()).join('\n');
    return Promise.reject({ name: all, message: all, stack: all, code: all, cause: { message: all, code: all }, all });
  },
  'rejects with an error whose getters throw': async (known) => {
    const get = (): never => {
      throw errorFullOfSecrets(known());
    };
    return Promise.reject(
      Object.defineProperties(new Error(), {
        message: { get },
        name: { get },
        stack: { get },
        code: { get },
        cause: { get },
      }),
    );
  },
  'rejects with a proxy': async (known) => Promise.reject(new Proxy(errorFullOfSecrets(known()), {})),
  'gives no Response': async (known) => ({ status: formsOf(known()), known: known() }) as unknown as Response,
  'gives a body that breaks': async (known) => {
    const body = new ReadableStream({ pull: (controller) => controller.error(errorFullOfSecrets(known())) });
    return new Response(body, { status: 500 });
  },
  'gives a body that is read already': async (known) => {
    const response = new Response(known().join('\n'), { status: 500 });
    await response.text();
    return response;
  },
  'gives a body that somebody else reads': async (known) => {
    const response = new Response(known().join('\n'), { status: 500 });
    response.body?.getReader();
    return response;
  },
  'gives a page': async (known) => new Response(formsOf(known()).join('<br>'), { status: 200 }),
  'gives a message': async (known) => Response.json({ message: formsOf(known()).join(' ') }, { status: 400 }),
  'gives a message in disguise': async (known) =>
    Response.json({ message: known().join('').toUpperCase() }, { status: 500 }),
  'gives a request id': async (known) => {
    const id = [secrets.freshToken, ...known()].find((secret) => /^[\w-]+$/.test(secret)) ?? '';
    return Response.json({}, { status: 500, headers: { ...cookie, 'x-request-id': id } });
  },
  'gives a new token and tells it': async () =>
    Response.json({ message: secrets.freshToken }, { status: 500, headers: cookie }),
};

/** A fetch that answers well at first, and then shows all it has learnt. */
function indiscreet(indiscretion: (known: () => string[]) => Promise<Response>, ...before: Fetch[]): Fetch {
  const learnt = new Set<string>();
  const left = [...before];
  return (url, init) => {
    const headers = Object.values(init.headers as Record<string, string>).join('\n');
    const said = `${decodeURIComponent(url.replaceAll('+', ' '))}\n${headers}\n${init.body ?? ''}`;
    for (const secret of Object.values(secrets)) {
      if (formsOf([secret]).some((form) => said.includes(form))) learnt.add(secret);
    }
    return left.shift()?.(url, init) ?? indiscretion(() => [...learnt]);
  };
}

function storeOf(ageMs: number, more: Partial<SessionStore> = {}): SessionStore {
  let kept: StoredSession | undefined = { token: secrets.token, issuedAt: Date.now() - ageMs };
  return {
    read: () => kept,
    write: (session) => {
      kept = session;
    },
    clear: () => {
      kept = undefined;
    },
    ...more,
  };
}

function client(options: TraqAuthOptions): Traq {
  return createTraqAuth({ baseUrl: 'http://127.0.0.1/api/v3', maxRetries: 0, timeoutMs: 2_000, ...options });
}

const login = (traq: Traq): Promise<unknown> => traq.login({ ...credentials, redirect: secrets.redirect });
const replace = (traq: Traq): Promise<unknown> => traq.login({ ...credentials, ifLoggedIn: 'replace' });
const keep = (traq: Traq): Promise<unknown> => traq.login({ ...credentials, ifLoggedIn: 'keep' });
const logout = (traq: Traq): Promise<unknown> => traq.logout({ redirect: secrets.redirect });
const list = (traq: Traq): Promise<unknown> => traq.sessions.list();
const post = (traq: Traq): Promise<unknown> =>
  traq.fetch(`/users/me/password?q=${encodeURIComponent(secrets.query)}`, {
    method: 'PUT',
    body: JSON.stringify({ password: secrets.password }),
  });
const authorized = (traq: Traq): Promise<unknown> =>
  traq.fetch('/users/me', { headers: { authorization: `Bearer ${secrets.accessToken}` } });

const held = (ageMs = day): TraqAuthOptions => ({ sessionStore: storeOf(ageMs) });
const getCredentials = { getCredentials: () => credentials };
const taken = answer(400, {}, JSON.stringify({ message: 'You have already logged in. Please logout once.' }));
const dead = answer(401, clear, '{}');
const loggedIn = answer(204, cookie);

/** Every kind of request that the client sends, as the last of its call. */
const moments: readonly [name: string, options: TraqAuthOptions, call: (traq: Traq) => Promise<unknown>, Fetch[]][] = [
  ...[...operations, fetchOperation].map(
    (operation: Operation): [string, TraqAuthOptions, (traq: Traq) => Promise<unknown>, Fetch[]] => [
      operation.name,
      held(),
      (traq) => operation.call(traq, {}),
      [],
    ],
  ),
  ['fetch with a body', held(), post, []],
  ['fetch with an Authorization', held(), authorized, []],
  ['a call with an access token', { accessToken: secrets.accessToken }, list, []],
  ['a call with an access token asked for', { accessToken: async () => secrets.accessToken }, post, []],
  ['a login without a session', {}, login, []],
  ['a login of getCredentials', getCredentials, list, []],
  ['a call after a login of getCredentials', getCredentials, list, [loggedIn]],
  ['a login of getCredentials after the end', { ...held(), ...getCredentials }, post, [dead]],
  ['a call again after the end', { ...held(), ...getCredentials }, post, [dead, loggedIn]],
  ['a rotation before a call', held(15 * day), post, []],
  ['a call after a rotation', held(15 * day), post, [answer(200, cookie, '[]')]],
  ['a rotation before a login', held(15 * day), login, []],
  ['a rotation before a logout', held(15 * day), logout, []],
  ['a logout after a login in place of another', held(), replace, [loggedIn]],
  ['a question whose session it is', held(), keep, [taken]],
  ['a second logout', held(), logout, [answer(302, { ...cookie, location: '/' })]],
];

/** A store whose method tells all that the store was given, in its way. */
function tellingStore(method: keyof SessionStore, tell: (told: string[]) => unknown): SessionStore {
  const told = [secrets.token];
  const store = storeOf(day);
  let reads = 0;
  return {
    ...store,
    write: (session) => {
      told.push(session.token);
      return store.write(session);
    },
    [method]: (session?: StoredSession) => {
      if (session?.token !== undefined) told.push(session.token);
      // The first time it tells the client alone: of what it never told, nobody can know that it is a secret.
      if (method === 'read' && reads++ === 0) return store.read();
      return tell(told);
    },
  };
}

const tellings: Record<string, (told: string[]) => unknown> = {
  throws: (told) => {
    throw errorFullOfSecrets(told);
  },
  'gives nonsense': async (told) => ({ token: told.join('\n'), told }),
};

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
    client({
      ...held(),
      now: () => {
        throw errorFullOfSecrets([secrets.token]);
      },
    }).sessions.list(),
};

/** All of them. */
export const paths: readonly Path[] = [
  ...moments.flatMap(([moment, options, call, before]) =>
    Object.entries(indiscretions).map(([what, indiscretion]) => ({
      name: `${moment}, where fetch ${what}`,
      // A store of its own for each.
      run: () => {
        const fetch = indiscreet(indiscretion, ...before);
        const age = moment.includes('rotation') ? 15 * day : day;
        return call(client({ ...options, fetch, ...(options.sessionStore && held(age)) }));
      },
    })),
  ),
  ...(['read', 'write', 'clear', 'lock'] as const).flatMap((method) =>
    Object.entries(tellings).flatMap(([what, tell]) =>
      (
        [
          ['login', login, loggedIn],
          ['a call', list, dead],
          ['logout', logout, answer(302, { ...clear, location: '/' })],
        ] as const
      ).map(([name, call, fetch]) => ({
        name: `${name}, where the store's ${method} ${what}`,
        run: () => call(client({ fetch, sessionStore: tellingStore(method, tell) })),
      })),
    ),
  ),
  ...Object.entries(mistakes).map(([name, run]) => ({
    name: `a mistake: ${name}`,
    run: async () => {
      await run();
    },
  })),
];
