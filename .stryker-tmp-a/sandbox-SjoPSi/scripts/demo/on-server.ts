import { createTraqAuth } from '../../src/index.ts';
import { count, Story, traceFetch } from './report.ts';

/** A real server, and a user of it. */
export interface Server {
  readonly baseUrl: string;
  readonly name: string;
  readonly password: string;
}

/** The server that the environment names, if it names one. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Server | undefined {
  const { TRAQ_URL: baseUrl, TRAQ_NAME: name, TRAQ_PASSWORD: password } = environment;
  if (!baseUrl && !name && !password) return undefined;
  if (!baseUrl || !name || !password) {
    throw new Error(
      'TRAQ_URL, TRAQ_NAME and TRAQ_PASSWORD go together: set all three, or none for the built-in server',
    );
  }
  return { baseUrl, name, password };
}

/** The part of the story that changes nothing but this run's own sessions. */
export async function playOnServer({ baseUrl, name, password }: Server): Promise<void> {
  const trace = traceFetch();
  const story = new Story(trace);
  const traq = createTraqAuth({ baseUrl, fetch: trace.fetch });
  const other = createTraqAuth({ baseUrl, fetch: trace.fetch });
  try {
    story.say('Errors have codes to switch on.');
    await story.refused('login(…) with a wrong password', 'invalid_credentials', () =>
      traq.login({ name, password: crypto.randomUUID() }),
    );

    story.say('A login is kept: the calls that follow need no cookie of yours.');
    await story.step(
      'login(…)',
      () => traq.login({ name, password }),
      () => 'logged in',
    );
    const before = await story.step('sessions.list()', traq.sessions.list, (all) => count(all, 'session'));

    story.say('A second login, as on another device; it is ended from here.');
    await story.step(
      'login(…) of a second client',
      () => other.login({ name, password }),
      () => 'logged in beside the first',
    );
    const after = await story.step('sessions.list()', traq.sessions.list, (all) => count(all, 'session'));
    const added = after.filter(({ id }) => !before.some((session) => session.id === id));
    const [second] = added;
    if (second !== undefined && added.length === 1) {
      await story.step(
        `sessions.revoke('${second.id.slice(0, 8)}…')`,
        () => traq.sessions.revoke(second.id),
        () => 'ended',
      );
    } else {
      await story.step(
        'logout() of the second client',
        () => other.logout(),
        () => 'ended',
      );
    }
    await story.step('externalAccounts.list()', traq.externalAccounts.list, (all) => count(all, 'linked account'));

    story.say('The end of this session; the others of this user live on.');
    await story.step(
      'logout()',
      () => traq.logout(),
      () => 'logged out',
    );
    console.log(
      '\nLeft out on a real server: externalAccounts.link() and unlink(), sessions.revoke() of sessions that are not of this run,' +
        '\nlogout({ allSessions: true }), and a session of 15 days. Without TRAQ_URL, the built-in server shows them.',
    );
  } finally {
    // Whatever stopped the story, no session of this run stays behind.
    await Promise.allSettled([traq.logout(), other.logout()]);
  }
}
