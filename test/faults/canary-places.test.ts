import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isTraqError } from '../../src/index.ts';
import { errorFullOfSecrets, secrets, seenIn } from './canary.ts';
import { answer, client, cookie, credentials, type Fetch, held, storeOf } from './canary-client.ts';
import { publicPlaces } from './public-places.ts';

const { password, token, freshToken, accessToken, redirect, query } = secrets;
const broken: Fetch = async () => Promise.reject(new Error('reset'));
const telling: Fetch = async () => Promise.reject(errorFullOfSecrets([password, token, query]));
const says = (body: unknown, headers = {}): Fetch => answer(400, headers, JSON.stringify(body));
const lists = (item: object): Fetch => answer(200, {}, JSON.stringify([item]));
const asks = `/?q=${encodeURIComponent(query)}`;

const listed = (item: object) => client({ ...held(), fetch: lists(item) });
const told = () => client({ ...held(), fetch: telling });

/** A secret in each place that can carry one, and a call that fails with it there. */
const inOptions: Record<string, () => unknown> = {
  accessToken: () => client({ accessToken, fetch: telling }).fetch(asks),
  'accessToken()': () => client({ accessToken: () => accessToken, fetch: broken }).fetch('/'),
  baseUrl: () => client({ baseUrl: `https://host/?token=${token}` }),
  'fetch()': () => client({ ...held(), fetch: says({ message: token }) }).sessions.list(),
  'fetch(init)': () => told().sessions.list(),
  'fetch(url)': () => told().fetch(asks),
  'getCredentials().name': () => client({ getCredentials: () => ({ name: password, password: '' }) }).sessions.list(),
  'getCredentials().password': () => client({ getCredentials: () => credentials, fetch: telling }).sessions.list(),
  'sessionStore.read()': () =>
    client({ sessionStore: { ...storeOf(0), read: () => ({ token: `${token} ` }) } }).sessions.list(),
  'sessionStore.write(session).token': () => {
    const write = (session: { token: string }): never => {
      throw errorFullOfSecrets([session.token]);
    };
    return client({ sessionStore: { ...storeOf(0), write }, fetch: answer(204, cookie) }).login(credentials);
  },
};
const inMembers: Record<string, () => unknown> = {
  baseUrl: () => told().fetch(told().baseUrl + asks),
  'cookieHeader()': async () => {
    const given = await told().cookieHeader();
    const fetch: Fetch = async () => Promise.reject(errorFullOfSecrets([String(given)]));
    await client({ ...held(), fetch }).sessions.list();
  },
  'externalAccounts.link().url': () =>
    client({ ...held(), fetch: answer(302, { location: `https://other.example/${token}` }) }).externalAccounts.link(
      'x',
    ),
  'externalAccounts.link(providerName)': () => client({ fetch: broken }).externalAccounts.link(password),
  'externalAccounts.unlink(providerName)': () => client({ fetch: broken }).externalAccounts.unlink(password),
  'externalAccounts.list()[].externalName': () => listed({ externalName: token }).externalAccounts.list(),
  'externalAccounts.list()[].linkedAt': () => listed({ linkedAt: token }).externalAccounts.list(),
  'externalAccounts.list()[].providerName': () => listed({ providerName: token }).externalAccounts.list(),
  'fetch()': () => client({ ...held(), fetch: async () => token as never }).fetch('/'),
  'fetch(init)': () => told().fetch('/', { method: 'POST', body: JSON.stringify({ password, token }) }),
  'fetch(input)': () => client({}).fetch(`https://other.example/${token}`),
  'login().location': () => client({ fetch: answer(302, { location: redirect }) }).login({ ...credentials, redirect }),
  'login(options).name': () => client({ fetch: broken }).login({ name: password, password: 'p' }),
  'login(options).password': () => client({ fetch: telling }).login({ name: 'alice', password }),
  'login(options).redirect': () => client({ fetch: says({ message: redirect }) }).login({ ...credentials, redirect }),
  'logout().location': () => client({ ...held(), fetch: answer(500, { location: redirect }) }).logout({ redirect }),
  'logout(options).redirect': () => client({}).logout({ redirect: `http://[${redirect}` }),
  'sessions.list()[].id': () => listed({ id: token }).sessions.list(),
  'sessions.list()[].issuedAt': () => listed({ issuedAt: token }).sessions.list(),
  'sessions.revoke(sessionId)': () => client({}).sessions.revoke(token),
};
const inErrors: Record<string, () => unknown> = {
  cause: () => told().fetch(asks),
  message: () => client({ ...held(), fetch: says({ message: `no ${token}` }) }).sessions.list(),
  serverMessage: () => client({ ...held(), fetch: says({ message: `no ${token}` }) }).sessions.list(),
  requestId: () => client({ fetch: says({}, { ...cookie, 'x-request-id': freshToken }) }).login(credentials),
  stack: () => told().sessions.list(),
  name: () => client({ fetch: async () => Promise.reject(Object.assign(new Error(), { name: query })) }).fetch(asks),
  route: () => client({ fetch: broken }).fetch(asks),
  method: () => client({ fetch: broken }).fetch('/', { method: `X${token.slice(0, 16)}` }),
  operation: () => client({ fetch: broken }).fetch(asks),
};
const under = (prefix: string, calls: Record<string, () => unknown>) =>
  Object.entries(calls).map(([name, call]): [place: string, call: () => unknown] => [prefix + name, call]);
const planted: [place: string, call: () => unknown][] = [
  ...under('createTraqAuth(options).', inOptions),
  ...under('createTraqAuth().', inMembers),
  ...under('TraqError.', inErrors),
  ['isTraqError(value)', () => expect(isTraqError(token), 'an error').toBe(true)],
];

const places = publicPlaces('src/index.ts');

test('a secret is planted in every place of the public interface that can carry one (E3)', () => {
  // What an error gives as JSON are its own fields.
  expect(places.filter((place) => !place.startsWith('TraqError.toJSON()'))).toEqual(
    planted.map(([place]) => place).sort(),
  );
});

test.each(planted)('%s shows no secret in the error that a call ends in (E3)', async (_, call) => {
  const thrown = await Promise.resolve()
    .then(call)
    .then(
      () => 'no error',
      (error: unknown) => error,
    );
  expect(thrown).toBeInstanceOf(Error);
  expect(seenIn(thrown)).toEqual([]);
});

test('a new option, parameter, callback or field is a place too', () => {
  const entry = join(process.cwd(), 'src/a-module-that-is-none.ts');
  const source = `
    export interface Options { known?: string; kind?: 'one' | 'two'; count?: number; ask?: () => Promise<{ answer: string }> }
    export interface Client { call(text: string, signal: AbortSignal): Promise<{ items: { name: string; at: number }[] }> }
    export function create(options: Options): Client { throw options; }
  `;
  expect(publicPlaces(entry, { [entry]: source })).toEqual([
    'create().call().items[].name',
    'create().call(text)',
    'create(options).ask().answer',
    'create(options).known',
  ]);
});
