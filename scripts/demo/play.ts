import type { Credentials, TraqAuth } from '../../src/index.ts';
import type { FakeTraq } from '../../src/testing/index.ts';
import { refused, say, step } from './story.ts';

const DAY_MS = 86_400_000;

/** `1 session`, `2 sessions`. */
const count = (noun: string) => (items: readonly unknown[]) =>
  `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;

/** What a user sees on any server; it changes nothing but the sessions of these two clients. */
export async function playLogins(traq: TraqAuth, other: TraqAuth, user: Credentials): Promise<void> {
  say('Errors have codes to switch on.');
  const wrong = { ...user, password: crypto.randomUUID() };
  await refused('login(…) with a wrong password', 'invalid_credentials', traq.login(wrong));

  say('A login is kept: the calls that follow need no cookie of yours.');
  await step('login(…)', traq.login(user), 'logged in');
  const before = await step('sessions.list()', traq.sessions.list(), count('session'));

  say('A second login, as on another device; it is ended from here.');
  await step('login(…) of a second client', other.login(user), 'logged in beside the first');
  const after = await step('sessions.list()', traq.sessions.list(), count('session'));
  const [second, ...more] = after.filter(({ id }) => !before.some((session) => session.id === id));
  // On a real server somebody else may have logged in meanwhile.
  if (second === undefined || more.length > 0) await step('logout() of the second client', other.logout(), 'ended');
  else await step(`sessions.revoke('${second.id.slice(0, 8)}…')`, traq.sessions.revoke(second.id), 'ended');
}

/** The rest of it, for which the server has to play along. */
export async function playOnFake(traq: TraqAuth, other: TraqAuth, server: FakeTraq): Promise<void> {
  await refused('sessions.list() of the second client', 'not_logged_in', other.sessions.list());

  say(
    '15 days later the server replaces the session with every request. One request has it replaced, the others wait.',
  );
  server.advance(15 * DAY_MS);
  const calls = Promise.all(['a', 'b', 'c'].map(() => traq.sessions.list()));
  await step('3 × sessions.list() at once', calls, ({ length }) => `${length} responses, still logged in`);
  const none = (all: readonly unknown[]): string => `${count('session')(all)}: none was left behind`;
  await step('sessions.list()', traq.sessions.list(), none);

  say('Linking goes on in a browser that holds the same login; here the server plays the person who consents.');
  await step("externalAccounts.link('oidc')", traq.externalAccounts.link('oidc'), ({ url }) => `open ${url}`);
  server.link('alice', 'oidc', 'alice@example.com');
  await step('externalAccounts.list()', traq.externalAccounts.list(), (all) =>
    all.map(({ providerName, externalName }) => `${providerName}: ${externalName}`).join(', '),
  );
  await step("externalAccounts.unlink('oidc')", traq.externalAccounts.unlink('oidc'), 'unlinked');

  say('The end: every session of the user, on all devices.');
  await step('logout({ allSessions: true })', traq.logout({ allSessions: true }), 'logged out');
  await refused('sessions.list()', 'not_logged_in', traq.sessions.list());
}

/** The rest of it, where others use the server. */
export async function playOnServer(traq: TraqAuth): Promise<void> {
  await step('externalAccounts.list()', traq.externalAccounts.list(), count('linked account'));

  say('The end of this session; the others of this user live on.');
  await step('logout()', traq.logout(), 'logged out');
  say(`Left out on a real server: externalAccounts.link() and unlink(), sessions.revoke() of sessions that are not of this run,
logout({ allSessions: true }), and a session of 15 days. Without TRAQ_URL, the built-in server shows them.`);
}
