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

/** A secret in each place that can carry one, and a call that fails with it there. */
const planted: Record<string, () => unknown> = {
  'createTraqAuth(options).accessToken': () => client({ accessToken, fetch: telling }).fetch(asks),
  'createTraqAuth(options).accessToken()': () => client({ accessToken: () => accessToken, fetch: broken }).fetch('/'),
  'createTraqAuth(options).baseUrl': () => client({ baseUrl: `https://host/?token=${token}` }),
  'createTraqAuth(options).fetch()': () => client({ ...held(), fetch: says({ message: token }) }).sessions.list(),
  'createTraqAuth(options).fetch(init)': () => client({ ...held(), fetch: telling }).sessions.list(),
  'createTraqAuth(options).fetch(url)': () => client({ fetch: telling }).fetch(asks),
  'createTraqAuth(options).getCredentials().name': () =>
    client({ getCredentials: () => ({ name: password, password: '' }) }).sessions.list(),
  'createTraqAuth(options).getCredentials().password': () =>
    client({ getCredentials: () => credentials, fetch: telling }).sessions.list(),
  'createTraqAuth(options).sessionStore.read()': () =>
    client({ sessionStore: { ...storeOf(0), read: () => ({ token: `${token} ` }) } }).sessions.list(),
  'createTraqAuth(options).sessionStore.write(session).token': () => {
    const write = (session: { token: string }): never => {
      throw errorFullOfSecrets([session.token]);
    };
    return client({ sessionStore: { ...storeOf(0), write }, fetch: answer(204, cookie) }).login(credentials);
  },
  'createTraqAuth().baseUrl': () => {
    const traq = client({ ...held(), baseUrl: 'http://127.0.0.1/api/v3', fetch: telling });
    return traq.fetch(traq.baseUrl + asks);
  },
  'createTraqAuth().cookieHeader()': async () => {
    const told = await client({ ...held(), fetch: telling }).cookieHeader();
    const fetch: Fetch = async () => Promise.reject(errorFullOfSecrets([String(told)]));
    await client({ ...held(), fetch }).sessions.list();
  },
  'createTraqAuth().externalAccounts.link().url': () =>
    client({ ...held(), fetch: answer(302, { location: `https://other.example/${token}` }) }).externalAccounts.link(
      'x',
    ),
  'createTraqAuth().externalAccounts.link(providerName)': () =>
    client({ fetch: broken }).externalAccounts.link(password),
  'createTraqAuth().externalAccounts.unlink(providerName)': () =>
    client({ fetch: broken }).externalAccounts.unlink(password),
  'createTraqAuth().externalAccounts.list()[].externalName': () =>
    client({ ...held(), fetch: lists({ externalName: token }) }).externalAccounts.list(),
  'createTraqAuth().externalAccounts.list()[].linkedAt': () =>
    client({ ...held(), fetch: lists({ linkedAt: token }) }).externalAccounts.list(),
  'createTraqAuth().externalAccounts.list()[].providerName': () =>
    client({ ...held(), fetch: lists({ providerName: token }) }).externalAccounts.list(),
  'createTraqAuth().fetch()': () => client({ ...held(), fetch: async () => token as never }).fetch('/'),
  'createTraqAuth().fetch(init)': () =>
    client({ fetch: telling }).fetch('/', { method: 'POST', body: JSON.stringify({ password, token }) }),
  'createTraqAuth().fetch(input)': () => client({}).fetch(`https://other.example/${token}`),
  'createTraqAuth().login().location': () =>
    client({ fetch: answer(302, { location: redirect }) }).login({ ...credentials, redirect }),
  'createTraqAuth().login(options).name': () => client({ fetch: broken }).login({ name: password, password: 'p' }),
  'createTraqAuth().login(options).password': () => client({ fetch: telling }).login({ name: 'alice', password }),
  'createTraqAuth().login(options).redirect': () =>
    client({ fetch: says({ message: redirect }) }).login({ ...credentials, redirect }),
  'createTraqAuth().logout().location': () =>
    client({ ...held(), fetch: answer(500, { location: redirect }) }).logout({ redirect }),
  'createTraqAuth().logout(options).redirect': () => client({}).logout({ redirect: `http://[${redirect}` }),
  'createTraqAuth().sessions.list()[].id': () => client({ ...held(), fetch: lists({ id: token }) }).sessions.list(),
  'createTraqAuth().sessions.list()[].issuedAt': () =>
    client({ ...held(), fetch: lists({ issuedAt: token }) }).sessions.list(),
  'createTraqAuth().sessions.revoke(sessionId)': () => client({}).sessions.revoke(token),
  'isTraqError(value)': () => {
    if (!isTraqError(token)) throw new Error('it is none');
  },
  'TraqError.cause': () => client({ ...held(), fetch: telling }).fetch(asks),
  'TraqError.message': () => client({ ...held(), fetch: says({ message: `no ${token}` }) }).sessions.list(),
  'TraqError.serverMessage': () => client({ ...held(), fetch: says({ message: `no ${token}` }) }).sessions.list(),
  'TraqError.requestId': () =>
    client({ fetch: says({}, { ...cookie, 'x-request-id': freshToken }) }).login({ name: 'a', password: 'p' }),
  'TraqError.stack': () => client({ ...held(), fetch: telling }).sessions.list(),
  'TraqError.name': () =>
    client({ fetch: async () => Promise.reject(Object.assign(new Error(), { name: query })) }).fetch(asks),
  'TraqError.route': () => client({ fetch: broken }).fetch(asks),
  'TraqError.method': () => client({ fetch: broken }).fetch('/', { method: `X${token.slice(0, 16)}` }),
  'TraqError.operation': () => client({ fetch: broken }).fetch(asks),
};

const places = publicPlaces('src/index.ts');

test('a secret is planted in every place of the public interface that can carry one (E3)', () => {
  // What an error gives as JSON are its own fields.
  expect(places.filter((place) => !place.startsWith('TraqError.toJSON()'))).toEqual(Object.keys(planted).sort());
});

test.each(Object.keys(planted))('%s shows no secret in the error that a call ends in (E3)', async (place) => {
  let thrown: unknown;
  try {
    await planted[place]?.();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, 'an error').toBeInstanceOf(Error);
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
