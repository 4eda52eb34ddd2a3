import { TraqError } from '../../errors.ts';
import type { SessionChange } from '../../models.ts';
import { Bearer } from '../bearer.ts';
import type { Call } from '../call.ts';
import type { ClientContext } from '../client-context.ts';
import { failure } from '../failure.ts';
import { baseOf, refuserOf, type Settings } from '../options.ts';
import { pageOrigin } from '../page-origin.ts';
import { sendRequest } from '../wire.ts';
import type { Received, Session } from './session.ts';
import { SESSION_COOKIE } from './token.ts';

/** Whether the browser holds the cookie: where it does, no request of a page's may carry one of its own (T11). */
export function isBrowserMode({ cookies }: Settings): boolean {
  if (cookies !== 'auto') return cookies === 'browser';
  if (typeof Request !== 'function') return false;
  return !new Request('http://localhost/', { headers: { cookie: SESSION_COOKIE } }).headers.has('cookie');
}

/** Refuses the options that cannot work where the browser holds the session. @throws `invalid_argument` */
export function checkPageOptions({ store, getCredentials }: Settings): void {
  for (const [option, value] of Object.entries({ sessionStore: store, getCredentials })) {
    if (value !== undefined) throw inBrowser(option);
  }
}

/** The session of browser mode: the browser holds the HttpOnly cookie, and we never see it. */
export class PageSession implements Session {
  readonly isBrowsers = true;
  readonly #client: ClientContext;
  readonly #bearer: Bearer | undefined;

  constructor(client: ClientContext) {
    checkPageOptions(client.settings);
    this.#client = client;
    const { accessToken } = client.settings;
    this.#bearer = accessToken === undefined ? undefined : new Bearer(accessToken);
  }

  isReady(): boolean {
    return true;
  }

  async prepare(): Promise<void> {}

  async send(call: Call): Promise<Received> {
    const { context, sending, deadline } = call;
    const headers = { ...sending.headers };
    if (context.operation === 'fetch') {
      const needsBearer = !sending.hasOwnAuthorization && sending.kind !== 'login';
      const authorization = needsBearer ? await this.#bearer?.header(call) : undefined;
      if (authorization !== undefined) headers['authorization'] = authorization;
    } else this.#checkOrigin(call);
    deadline.check();
    const init = { credentials: 'same-origin' as const, ...sending.init };
    const response = await deadline.race(
      sendRequest({ ...call, sending: { ...sending, init } }, headers),
      'the response',
    );
    return { response, newToken: undefined };
  }

  #checkOrigin({ context }: Call): void {
    const { origin } = baseOf(this.#client.settings, refuserOf(context));
    if (pageOrigin() === origin) return;
    const page = `a page of ${pageOrigin() ?? 'no origin'}`;
    const why = `${page} cannot hold a session of another origin (${origin}), since traQ allows no credentials there`;
    const remedy = "serve the API on the page's own origin by a proxy, with baseUrl its path, such as /api/v3";
    throw failure(context, 'invalid_argument', `${why}: ${remedy}; nothing was sent`);
  }

  sendLogin(call: Call): Promise<Received> {
    return this.send(call);
  }

  sendLogout(call: Call): Promise<Received> {
    return this.send(call);
  }

  async cookie(): Promise<string | undefined> {
    throw inBrowser('cookieHeader()');
  }

  async ready(): Promise<boolean> {
    throw inBrowser('ready()');
  }

  onChange(_listener: (change: SessionChange) => void): () => void {
    return () => {};
  }
}

function inBrowser(what: string): TraqError {
  const why = 'the browser holds the session, where no script can read it';
  return new TraqError('invalid_argument', `${what} cannot work in browser mode: ${why} (invalid_argument)`);
}
