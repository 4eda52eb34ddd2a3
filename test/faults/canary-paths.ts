import type { SessionStore, StoredSession, TraqAuthOptions } from '../../src/index.ts';
import { errorFullOfSecrets, formsOf, secrets } from './canary.ts';
import { callbackPaths, confess, mistakePaths, type Path } from './canary-callers.ts';
import {
  answer,
  clear,
  client,
  cookie,
  credentials,
  day,
  type Fetch,
  held,
  post,
  storeOf,
  type Traq,
} from './canary-client.ts';
import { fetchOperation, operations } from './operations.ts';

/** What a fetch may do to show whatever it has learnt of the requests of one call. */
const indiscretions: Record<string, (known: () => string[]) => Promise<Response>> = {
  'throws an error': (known) => confess(known()),
  'rejects with an error': async (known) => Promise.reject(errorFullOfSecrets(known())),
  'rejects with a text': async (known) => Promise.reject(formsOf(known()).join('\n')),
  'rejects with an object': async (known) => {
    const all = formsOf(known()).join('\n');
    return Promise.reject({ name: all, message: all, stack: all, code: all, cause: { message: all, code: all }, all });
  },
  'rejects with an error whose getters throw': async (known) => {
    const names = ['message', 'name', 'stack', 'code', 'cause'];
    const getters = names.map((name) => [name, { get: () => confess(known()) }]);
    return Promise.reject(Object.defineProperties(new Error(), Object.fromEntries(getters)));
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
  'gives a body that is in use': async (known) => {
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

const login = (traq: Traq): Promise<unknown> => traq.login({ ...credentials, redirect: secrets.redirect });
const replace = (traq: Traq): Promise<unknown> => traq.login({ ...credentials, ifLoggedIn: 'replace' });
const keep = (traq: Traq): Promise<unknown> => traq.login({ ...credentials, ifLoggedIn: 'keep' });
const logout = (traq: Traq): Promise<unknown> => traq.logout({ redirect: secrets.redirect });
const list = (traq: Traq): Promise<unknown> => traq.sessions.list();
const authorized = (traq: Traq): Promise<unknown> =>
  traq.fetch('/users/me', { headers: { authorization: `Bearer ${secrets.accessToken}` } });

const getCredentials = { getCredentials: () => credentials };
const taken = answer(400, {}, JSON.stringify({ message: 'You have already logged in. Please logout once.' }));
const dead = answer(401, clear, '{}');
const loggedIn = answer(204, cookie);

type Moment = [name: string, options: TraqAuthOptions, call: (traq: Traq) => Promise<unknown>, before: Fetch[]];

/** Every kind of request that the client sends, as the last of its call. */
const moments: readonly Moment[] = [
  ...[...operations, fetchOperation].map(({ name, call }): Moment => [name, held(), (traq) => call(traq, {}), []]),
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
  const told: string[] = [];
  const store = storeOf(day);
  const read = () => {
    told.push(secrets.token);
    return store.read();
  };
  return {
    ...store,
    read,
    write: (session) => {
      told.push(session.token);
      return store.write(session);
    },
    [method]: (session?: StoredSession) => {
      if (session?.token !== undefined) told.push(session.token);
      // The first time it tells the client alone: of what it never told, nobody can know that it is a secret.
      if (method === 'read' && told.length === 0) return read();
      return tell(told);
    },
  };
}

const tellings: Record<string, (told: string[]) => unknown> = {
  throws: confess,
  'gives nonsense': async (told) => ({ token: told.join('\n'), told }),
};

const storing = [
  ['login', login, loggedIn],
  ['a call', list, dead],
  ['logout', logout, answer(302, { ...clear, location: '/' })],
] as const;

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
      storing.map(([name, call, fetch]) => ({
        name: `${name}, where the store's ${method} ${what}`,
        run: () => call(client({ fetch, sessionStore: tellingStore(method, tell) })),
      })),
    ),
  ),
  ...mistakePaths,
  ...callbackPaths,
];
