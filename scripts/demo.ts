// Plays all seven operations, one line a step: against a traQ inside this process, or against a real one where
// TRAQ_URL, TRAQ_NAME and TRAQ_PASSWORD say so. Prevents that a newcomer has to read code to see what this does.
import { type Credentials, createTraqAuth, type TraqAuth } from '../src/index.ts';
import { createFakeTraq, type FakeTraq } from '../src/testing/index.ts';
import { notedFetch, refused, say, step } from './demo/story.ts';
import { readTraqUrl } from './demo/traq-url.ts';

const { TRAQ_URL, TRAQ_NAME, TRAQ_PASSWORD } = process.env;
const count = (noun: string) => (items: readonly unknown[]) =>
  `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;

/** What a user sees on any server; it changes nothing but the sessions of these two clients. */
async function playLogins(traq: TraqAuth, other: TraqAuth, user: Credentials): Promise<void> {
  say('Errors have codes to switch on.');
  const wrong = traq.login({ ...user, password: crypto.randomUUID() });
  await refused('login(…) with a wrong password', 'invalid_credentials', wrong);

  say('A login is kept: the calls that follow need no cookie of yours.');
  await step('login(…)', traq.login(user), () => 'logged in');
  const before = await step('sessions.list()', traq.sessions.list(), count('session'));

  say('A second login, as on another device; it is ended from here.');
  await step('login(…) of a second client', other.login(user), () => 'logged in beside the first');
  const after = await step('sessions.list()', traq.sessions.list(), count('session'));
  const [second, ...more] = after.filter(({ id }) => !before.some((session) => session.id === id));
  // On a real server somebody else may have logged in meanwhile.
  if (second === undefined || more.length > 0) await step('logout() of the second', other.logout(), () => 'ended');
  else await step(`sessions.revoke('${second.id.slice(0, 8)}…')`, traq.sessions.revoke(second.id), () => 'ended');
}

/** The rest, which needs the control of the server. */
async function playOnFake(traq: TraqAuth, other: TraqAuth, server: FakeTraq): Promise<void> {
  await refused('sessions.list() of the second client', 'not_logged_in', other.sessions.list());

  say(
    '15 days later the server replaces the session with every request. One request has it replaced, the others wait.',
  );
  server.advance(15 * 86_400_000);
  const calls = Promise.all(['a', 'b', 'c'].map(() => traq.sessions.list()));
  await step('3 × sessions.list() at once', calls, () => 'still logged in');
  await step('sessions.list()', traq.sessions.list(), (all) => `${count('session')(all)}: none was left behind`);

  say('Linking goes on in a browser that holds the same login; here the server plays the person who consents.');
  const { externalAccounts } = traq;
  await step("externalAccounts.link('oidc')", externalAccounts.link('oidc'), ({ url }) => `open ${url}`);
  server.link('alice', 'oidc', 'alice@example.com');
  await step(
    'externalAccounts.list()',
    externalAccounts.list(),
    ([one]) => `${one?.providerName}: ${one?.externalName}`,
  );
  await step("externalAccounts.unlink('oidc')", externalAccounts.unlink('oidc'), () => 'unlinked');

  say('The end: every session of the user, on all devices.');
  await step('logout({ allSessions: true })', traq.logout({ allSessions: true }), () => 'logged out');
  await refused('sessions.list()', 'not_logged_in', traq.sessions.list());
}

async function onFake(): Promise<void> {
  const alice = { name: 'alice', password: 'password-alice' };
  const server = createFakeTraq({ users: [alice], providers: ['github', 'oidc'] });
  const { baseUrl, close } = await server.listen();
  console.log(`A traQ inside this process answers at ${baseUrl}`);
  const client = () => createTraqAuth({ baseUrl, fetch: notedFetch, now: server.now });
  const [traq, other] = [client(), client()];
  await playLogins(traq, other, alice)
    .then(() => playOnFake(traq, other, server))
    .finally(close);
}

async function onServer(): Promise<void> {
  if (!TRAQ_URL || !TRAQ_NAME || !TRAQ_PASSWORD) {
    throw new Error(
      'TRAQ_URL, TRAQ_NAME and TRAQ_PASSWORD go together: set all three, or none for the built-in server',
    );
  }
  const { baseUrl } = readTraqUrl(TRAQ_URL);
  console.log(`The real traQ at ${baseUrl}`);
  const client = () => createTraqAuth({ baseUrl, fetch: notedFetch });
  const [traq, other] = [client(), client()];
  try {
    await playLogins(traq, other, { name: TRAQ_NAME, password: TRAQ_PASSWORD });
    await step('externalAccounts.list()', traq.externalAccounts.list(), count('linked account'));
    say('The rest, which would reach sessions and accounts that are not of this run, the built-in server shows.');
    await step('logout()', traq.logout(), () => 'logged out');
  } finally {
    // However the demo ended, no session of this run stays behind.
    await Promise.allSettled([traq.logout(), other.logout()]);
  }
}

try {
  await (TRAQ_URL || TRAQ_NAME || TRAQ_PASSWORD ? onServer() : onFake());
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
