/** The seven operations as a user calls them, whatever the client. */
export interface Calls {
  login(): Promise<unknown>;
  logout(): Promise<unknown>;
  listSessions(): Promise<unknown>;
  revoke(): Promise<unknown>;
  listAccounts(): Promise<unknown>;
  link(): Promise<unknown>;
  unlink(): Promise<unknown>;
}

export type OperationName = keyof Calls;

/** All of them; a login comes first, since logout is measured less what a login costs. */
export const operationNames: readonly OperationName[] = [
  'login',
  'logout',
  'listSessions',
  'revoke',
  'listAccounts',
  'link',
  'unlink',
];

export const baseUrl = 'https://q.trap.jp/api/v3';
export const credentials = { name: 'alice', password: 'password-alice' } as const;
export const providerName = 'github';
export const sessionId = '7dd8e07f-7f5d-4331-9176-b56a4299768b';
/** What each client sends along, so that all do the same work. */
export const cookie = 'r_session=dGhpcyBpcyBub3QgYSByZWFsIHRva2Vu';

const setCookie = `${cookie}; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT; Max-Age=2419200; HttpOnly; SameSite=Lax`;
const sessions = JSON.stringify(
  Array.from({ length: 3 }, () => ({ id: sessionId, issuedAt: '2026-11-24T21:51:42.639735Z' })),
);
const accounts = JSON.stringify([{ providerName, externalName: 'alice', linkedAt: '2026-11-24T21:51:42.639735Z' }]);

/** What a server answers, as little as each operation needs. */
export interface StubAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

const none = (headers: Record<string, string> = {}, status = 204): StubAnswer => ({ status, headers, body: null });
const json = (body: string): StubAnswer => ({ status: 200, headers: { 'content-type': 'application/json' }, body });

const answers: Readonly<Record<string, StubAnswer>> = {
  login: none({ 'set-cookie': setCookie }),
  logout: none({ 'set-cookie': 'r_session=; Max-Age=0' }),
  sessions: json(sessions),
  'ex-accounts': json(accounts),
  link: none({ location: '/api/auth/github?link=1' }, 302),
  unlink: none(),
};

/** The answer for an address: a session's own is all that ends in something else. */
export function answerTo(url: string): StubAnswer {
  return answers[url.slice(url.lastIndexOf('/') + 1)] ?? none();
}

/** A `fetch` that answers at once, without a network. */
export async function stubFetch(input: string | URL | Request): Promise<Response> {
  const url = typeof input === 'string' ? input : 'url' in input ? input.url : input.href;
  return new StubResponse(url, answerTo(url));
}

/** Only one that came over a network knows its address, which cookie jars ask for. */
class StubResponse extends Response {
  readonly #url: string;

  constructor(url: string, { status, headers, body }: StubAnswer) {
    super(body, { status, headers });
    this.#url = url;
  }

  override get url(): string {
    return this.#url;
  }
}
