import { createTraqAuth } from '../../src/index.ts';
import { createFakeTraq } from '../../src/testing/index.ts';
import { count, Story, traceFetch } from './report.ts';

const DAY_MS = 86_400_000;
const alice = { name: 'alice', password: 'password-alice' };

/** The whole story, over HTTP on a loopback port. */
export async function playOnFake(): Promise<void> {
  const server = createFakeTraq({ users: [alice], providers: ['github', 'oidc'] });
  const listener = await server.listen();
  const trace = traceFetch();
  const options = { baseUrl: listener.baseUrl, fetch: trace.fetch, now: server.now };
  const story = new Story(trace);
  try {
    console.log(`A traQ inside this process answers at ${listener.baseUrl}`);
    const traq = createTraqAuth(options);

    story.say('Errors have codes to switch on.');
    await story.refused("login({ name: 'alice', … })", 'invalid_credentials', () =>
      traq.login({ name: 'alice', password: 'not-her-password' }),
    );

    story.say('A login is kept: the calls that follow need no cookie of yours.');
    await story.step(
      "login({ name: 'alice', … })",
      () => traq.login(alice),
      () => 'logged in',
    );
    const mine = await story.step('sessions.list()', traq.sessions.list, (all) => count(all, 'session'));

    story.say('A second login, as on another device; it is ended from here.');
    const other = createTraqAuth(options);
    await story.step(
      'login(…) of a second client',
      () => other.login(alice),
      () => 'logged in beside the first',
    );
    const both = await story.step('sessions.list()', traq.sessions.list, (all) => count(all, 'session'));
    const [second] = both.filter(({ id }) => !mine.some((session) => session.id === id));
    if (second === undefined) throw new Error('The second login is not in the list of sessions');
    await story.step(
      `sessions.revoke('${second.id.slice(0, 8)}…')`,
      () => traq.sessions.revoke(second.id),
      () => 'ended',
    );
    await story.refused('sessions.list() of the second client', 'not_logged_in', () => other.sessions.list());

    story.say(
      '15 days later the server replaces the session with every request. One request has it replaced, the others wait.',
    );
    server.advance(15 * DAY_MS);
    const calls = (): Promise<unknown[]> => Promise.all(['a', 'b', 'c'].map(() => traq.sessions.list()));
    await story.step('3 × sessions.list() at once', calls, (answers) => `${answers.length} answers, still logged in`);
    await story.step('sessions.list()', traq.sessions.list, (all) => `${count(all, 'session')}: none was left behind`);

    story.say('Linking goes on in a browser that holds the same login; here the server plays the person who consents.');
    await story.step(
      "externalAccounts.link('oidc')",
      () => traq.externalAccounts.link('oidc'),
      ({ url }) => `open ${url}`,
    );
    server.link('alice', 'oidc', 'alice@example.com');
    await story.step('externalAccounts.list()', traq.externalAccounts.list, (all) =>
      all.map(({ providerName, externalName }) => `${providerName}: ${externalName}`).join(', '),
    );
    await story.step(
      "externalAccounts.unlink('oidc')",
      () => traq.externalAccounts.unlink('oidc'),
      () => 'unlinked',
    );

    story.say('The end: every session of the user, on all devices.');
    await story.step(
      'logout({ allSessions: true })',
      () => traq.logout({ allSessions: true }),
      () => 'logged out',
    );
    await story.refused('sessions.list()', 'not_logged_in', traq.sessions.list);
  } finally {
    await listener.close();
  }
}
