import { findLinkedUser, type State } from '../accounts.ts';
import { refuseSuspended } from '../authentication.ts';
import { cookieLine, linkCookieName, readCookie } from '../cookies.ts';
import { dateTime } from '../live-sessions.ts';
import { type Exchange, fromLatin1, html, Refusal, type RouteResponse, redirect } from '../messages.ts';
import { isTrue, queryValue } from '../query.ts';
import { alphanumeric } from '../random.ts';

const linkCookieSeconds = 300;
const loggedIn = (): Refusal => new Refusal(400, 'You have already logged in. Please logout once.');
const notLoggedIn = (): Refusal => new Refusal(401, 'You are not logged in. Please login.');

function refuseAuthorization({ request }: Exchange): void {
  if (request.header('authorization')) throw new Refusal(400, 'Authorization Header must not be set.');
}

/** `GET /api/auth/{provider}`: sends on to the provider. GitHub is a real address; the others are played by the fake. */
export async function startExternalLogin(state: State, exchange: Exchange, provider: string): Promise<RouteResponse> {
  refuseAuthorization(exchange);
  const session = await state.sessions.current(exchange);
  if (isTrue(queryValue(exchange.request.search, 'link'))) {
    if (session === undefined) throw notLoggedIn();
    session.linking = true;
  } else if (session !== undefined) throw loggedIn();

  const ticket = alphanumeric(32);
  exchange.headers.push(['Set-Cookie', cookieLine(linkCookieName, ticket, state.now(), linkCookieSeconds)]);
  const query = `client_id=x&response_type=code&state=${ticket}`;
  if (provider === 'github') return redirect(`https://github.com/login/oauth/authorize?${query}`);
  const hint = session === undefined ? '' : `login_hint=${session.user.name}&`;
  return redirect(`/api/auth/${provider}/consent?${hint}${query}`);
}

/** The page of a provider that the fake plays: one link, which consents. Like a site of its own, it sees no session. */
export function showConsent(_: State, { request }: Exchange, provider: string): RouteResponse {
  const user = queryValue(request.search, 'login_hint').replace(/[^a-zA-Z0-9_-]/g, '') || 'someone';
  const ticket = queryValue(request.search, 'state').replace(/[^a-zA-Z0-9]/g, '');
  const externalName = `${user}-at-${provider}`;
  const href = `/api/auth/${provider}/callback?code=${externalName}&state=${ticket}`;
  const content = `<h1>${provider}</h1>\n<p>You are ${externalName} here.</p>\n<p><a href="${href}">Allow</a></p>`;
  return html(`Sign in with ${provider}`, content);
}

/** `GET /api/auth/{provider}/callback`: links the account, or logs in by it; `code` is the account's name. */
export async function finishExternalLogin(state: State, exchange: Exchange, provider: string): Promise<RouteResponse> {
  refuseAuthorization(exchange);
  const { request } = exchange;
  const externalName = fromLatin1(queryValue(request.search, 'code'));
  const ticket = queryValue(request.search, 'state');
  if (externalName === '' || ticket === '') throw new Refusal(400, 'missing code or state');
  const cookie = readCookie(request.header('cookie'), linkCookieName);
  if (cookie === undefined) throw new Refusal(400, 'missing cookie');
  if (cookie.value !== ticket) throw new Refusal(400, 'invalid state');

  const session = await state.sessions.current(exchange);
  const owner = findLinkedUser(state, provider, externalName);
  if (session?.linking) {
    session.linking = false;
    const { user } = session;
    refuseSuspended(user);
    if (owner !== undefined || user.links.has(provider)) {
      throw new Refusal(400, 'this account has already been linked');
    }
    user.links.set(provider, { providerName: provider, externalName, linkedAt: dateTime(state.now()) });
  } else {
    if (session !== undefined) throw loggedIn();
    if (owner === undefined) throw new Refusal(401, 'You are not a member of traQ');
    refuseSuspended(owner);
    state.sessions.renew(exchange, owner);
  }
  return redirect('/');
}
