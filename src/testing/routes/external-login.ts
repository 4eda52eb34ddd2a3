import { decodePath, refuseSuspended } from '../authentication.ts';
import { cookieLine, linkCookieName, readCookie } from '../cookies.ts';
import { type Exchange, html, Refusal, type Reply } from '../exchange.ts';
import { isTrue, queryValue } from '../query.ts';
import { dateTime } from '../sessions.ts';
import type { State } from '../state.ts';

const linkCookieSeconds = 300;
const loggedIn = (): Refusal => new Refusal(400, 'You have already logged in. Please logout once.');
const notLoggedIn = (): Refusal => new Refusal(401, 'You are not logged in. Please login.');

function refuseAuthorization({ call }: Exchange): void {
  if (call.header('authorization')) throw new Refusal(400, 'Authorization Header must not be set.');
}

/** `GET /api/auth/{provider}`: sends on to the provider. GitHub is a real address; the others are played by the fake. */
export async function startExternalLogin(state: State, exchange: Exchange, provider: string): Promise<Reply> {
  refuseAuthorization(exchange);
  const session = await state.sessions.current(exchange);
  if (isTrue(queryValue(exchange.call.search, 'link'))) {
    if (session === undefined) throw notLoggedIn();
    session.linking = true;
  } else if (session !== undefined) throw loggedIn();

  const ticket = state.random.alphanumeric(32);
  exchange.headers.push([
    'Set-Cookie',
    cookieLine(linkCookieName, { value: ticket, quoted: false }, state.now(), linkCookieSeconds),
  ]);
  const query = `client_id=x&response_type=code&state=${ticket}`;
  if (provider === 'github') return { status: 302, location: `https://github.com/login/oauth/authorize?${query}` };
  const hint = session === undefined ? '' : `login_hint=${session.user.name}&`;
  return { status: 302, location: `/api/auth/${provider}/consent?${hint}${query}` };
}

/** The page of a provider that the fake plays: one link, which consents. Like a site of its own, it sees no session. */
export function showConsent({ call }: Exchange, provider: string): Reply {
  const user = queryValue(call.search, 'login_hint').replace(/[^a-zA-Z0-9_-]/g, '') || 'someone';
  const ticket = queryValue(call.search, 'state').replace(/[^a-zA-Z0-9]/g, '');
  const externalName = `${user}-at-${provider}`;
  const href = `/api/auth/${provider}/callback?code=${externalName}&state=${ticket}`;
  const content = `<h1>${provider}</h1>\n<p>You are ${externalName} here.</p>\n<p><a href="${href}">Allow</a></p>`;
  return html(200, `Sign in with ${provider}`, content);
}

/** `GET /api/auth/{provider}/callback`: links the account, or logs in by it; `code` is the account's name. */
export async function finishExternalLogin(state: State, exchange: Exchange, provider: string): Promise<Reply> {
  refuseAuthorization(exchange);
  const { call } = exchange;
  const externalName = decodePath(encodeLatin1(queryValue(call.search, 'code')));
  const ticket = queryValue(call.search, 'state');
  if (externalName === '' || ticket === '') throw new Refusal(400, 'missing code or state');
  const cookie = readCookie(call.header('cookie'), linkCookieName);
  if (cookie === undefined) throw new Refusal(400, 'missing cookie');
  if (cookie.value !== ticket) throw new Refusal(400, 'invalid state');

  const session = await state.sessions.current(exchange);
  const owner = state.accounts.findLinked(provider, externalName);
  if (session?.linking) {
    session.linking = false;
    const { user } = session;
    if (owner !== undefined || user.links.has(provider)) {
      throw new Refusal(400, 'this account has already been linked');
    }
    user.links.set(provider, { providerName: provider, externalName, linkedAt: dateTime(state.now(), 0) });
  } else {
    if (session !== undefined) throw loggedIn();
    if (owner === undefined) throw new Refusal(401, 'You are not a member of traQ');
    refuseSuspended(owner);
    state.sessions.renew(exchange, owner);
  }
  return { status: 302, location: '/' };
}

const encodeLatin1 = (bytes: string): string =>
  bytes.replace(/[%\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
