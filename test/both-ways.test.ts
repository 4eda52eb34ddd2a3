import { afterEach, describe, expect, test } from 'vitest';
import { createTraqAuth, isTraqError, type TraqAuth, type TraqAuthOptions } from '../src/index.ts';
import type { FakeFault, FakeListener, FakeTraq } from '../src/testing/index.ts';
import { alice, bob, carol, DAY_MS, fakeTraq } from './support/fake.ts';
import { allOperations } from './support/operations.ts';

/** What goes on between a client and a fake; each step's outcome is compared. */
interface Story {
  readonly title: string;
  readonly options?: TraqAuthOptions;
  readonly steps: readonly ((traq: TraqAuth, server: FakeTraq) => unknown)[];
}

const firstId = (server: FakeTraq): string => server.sessionsOf('alice')[0]?.id ?? '';
const login = (traq: TraqAuth) => traq.login(alice);

const stories: Story[] = [
  {
    title: 'a day in the life: login, lists, link, unlink, logout',
    steps: [
      login,
      (traq) => traq.sessions.list(),
      (traq, server) => {
        server.link('alice', 'oidc');
        return traq.externalAccounts.list();
      },
      (traq) => traq.externalAccounts.link('github'),
      (traq) => traq.externalAccounts.unlink('oidc'),
      (traq, server) => traq.sessions.revoke(server.openSession('alice').id),
      (traq) => traq.logout(),
      (traq) => traq.sessions.list(),
    ],
  },
  {
    title: 'logins that are refused',
    steps: [
      (traq) => traq.login({ ...alice, password: 'not it' }),
      (traq) => traq.login({ ...alice, name: 'nobody' }),
      (traq) => traq.login(carol),
      (traq) => traq.login({ ...alice, name: 'a b' }),
      (traq) => traq.login({ ...alice, name: 'caf\u00e9', password: '\u{1f600}' }),
      login,
      login,
      (traq) => traq.login({ ...bob, ifLoggedIn: 'keep' }),
      (traq) => traq.login({ ...alice, ifLoggedIn: 'keep' }),
      (traq) => traq.login({ ...bob, ifLoggedIn: 'replace' }),
    ],
  },
  {
    title: 'redirects, in any script',
    steps: [
      '/next?a=b',
      'https://example.com/\u3042\u{1f600}',
      '//other.example/x',
      'a b',
      '/line\r\nbreak',
      '',
    ].flatMap((redirect) => [
      (traq: TraqAuth) => traq.login({ ...alice, redirect }),
      (traq: TraqAuth) => traq.logout({ redirect }),
    ]),
  },
  {
    title: 'providers that are not there, linked, or not linked',
    steps: [
      login,
      (traq) => traq.externalAccounts.link('gitlab'),
      (traq, server) => {
        server.link('alice', 'github');
        return traq.externalAccounts.link('github');
      },
      (traq) => traq.externalAccounts.unlink('oidc'),
      (traq) => traq.externalAccounts.unlink('\u{1f600}'),
    ],
  },
  {
    title: 'nobody is logged in',
    steps: allOperations
      .filter(({ operation }) => operation !== 'login')
      .map(
        ({ call }) =>
          (traq) =>
            call(traq),
      ),
  },
  {
    title: 'logout of all sessions, alive and dead',
    steps: [
      (traq) => traq.logout({ allSessions: true }),
      login,
      (traq, server) => traq.sessions.revoke(firstId(server)),
      (traq) => traq.logout({ allSessions: true }),
      login,
      (traq) => traq.logout({ allSessions: true }),
      (_, server) => server.sessionsOf('alice').length,
    ],
  },
  {
    title: 'a session that rotates, alone and among parallel calls, and is then logged out',
    steps: [
      login,
      (traq, server) => {
        server.advance(15 * DAY_MS);
        return traq.sessions.list();
      },
      async (traq, server) => {
        server.advance(15 * DAY_MS);
        const lists = await Promise.all(Array.from({ length: 8 }, () => traq.sessions.list()));
        return lists.map(({ length }) => length);
      },
      (_, server) => server.sessionsOf('alice').length,
      (traq, server) => {
        server.advance(15 * DAY_MS);
        return traq.logout();
      },
      (_, server) => server.sessionsOf('alice').length,
    ],
  },
  {
    title: 'a session that ends, with credentials at hand',
    options: { getCredentials: () => alice },
    steps: [
      (traq) => traq.sessions.list(),
      (traq, server) => {
        server.advance(29 * DAY_MS);
        return traq.sessions.list();
      },
      (traq) => traq.cookieHeader(),
    ],
  },
  {
    title: 'tokens of bots and applications',
    options: { accessToken: 'the-token' },
    steps: [
      (traq) => traq.sessions.list(),
      (traq, server) => {
        server.addToken({ token: 'the-token', user: 'alice', kind: 'bot' });
        return traq.sessions.list();
      },
      (traq) => traq.fetch('/users/me').then((response) => response.status),
      login,
      (traq) => traq.sessions.list(),
    ],
  },
  {
    title: 'traq.fetch, of every kind',
    steps: [
      (traq) => traq.fetch('/version').then((response) => response.json()),
      (traq) => traq.fetch('/users/me').then((response) => response.status),
      login,
      (traq) => traq.fetch('/users/me').then(async (response) => ((await response.json()) as { name: string }).name),
      (traq) => traq.fetch('/nowhere').then((response) => response.status),
      (traq) => traq.fetch('/users/me/password', { method: 'PUT', body: '{}' }).then((response) => response.text()),
      (traq) => traq.fetch('/logout?redirect=/x', { method: 'POST', redirect: 'manual' }).then(({ status }) => status),
      (traq) => traq.cookieHeader(),
      (traq) => traq.fetch('https://elsewhere.example/'),
    ],
  },
  ...allOperations.flatMap(({ member, operation, call }): Story[] => {
    const faults: [string, FakeFault][] = [
      ...[401, 429, 500].map((status): [string, FakeFault] => [`a ${status}`, { kind: 'status', status, operation }]),
      ['an empty 500', { kind: 'status', status: 500, body: '', operation }],
      ['a page', { kind: 'html', operation }],
      ['broken JSON', { kind: 'truncated-json', operation }],
      ['a redirect', { kind: 'status', status: 307, headers: { location: '/elsewhere' }, operation }],
      ['a cut before', { kind: 'reset', operation }],
      ['a cut after', { kind: 'reset', at: 'after', operation }],
      ['a cut within the body', { kind: 'reset', at: 'body', operation }],
    ];
    return faults.map(([what, fault]) => ({
      title: `${member} that meets ${what}`,
      options: { maxRetries: 0 },
      steps: [
        (traq, server) => {
          server.openSession('alice');
          return operation === 'login' ? undefined : login(traq);
        },
        (traq, server) => {
          server.inject(fault);
          return call(traq);
        },
        async (traq) => (await traq.cookieHeader()) !== undefined,
        (_, server) => server.sessionsOf('alice').length,
      ],
    }));
  }),
];

const ORIGIN = /http:\/\/127\.0\.0\.1:\d+/g;

/** Without what differs from run to run. */
function settled(value: unknown, server: FakeTraq): unknown {
  if (isTraqError(value)) {
    const { requestId, ...rest } = value.toJSON();
    const message = requestId === undefined ? rest.message : rest.message.replace(requestId, '{{request}}');
    // Which error a platform throws for a cut connection is its own business, as is the code in it.
    const told = message.replace(/(no response|broke off)(, \w+)?/, '$1').replace(ORIGIN, '{{origin}}');
    return { ...rest, message: told, cause: rest.cause && 'a cause', requestId: requestId && '{{request}}' };
  }
  if (value instanceof Error) throw value;
  const text = JSON.stringify(value) ?? 'undefined';
  const ids = server.sessionsOf('alice').flatMap(({ id, token }) => [id, token]);
  return ids
    .reduce((shown, id, at) => shown.replaceAll(id, `{{${at}}}`), text)
    .replace(ORIGIN, '{{origin}}')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '{{time}}')
    .replace(/r_session=\w+/, 'r_session={{token}}');
}

async function play(
  { steps, options }: Story,
  connect: (server: FakeTraq) => Promise<TraqAuthOptions>,
): Promise<unknown[]> {
  const server = fakeTraq();
  const traq = createTraqAuth({ now: server.now, ...options, ...(await connect(server)) });
  const outcomes: unknown[] = [];
  for (const step of steps) {
    const outcome = await Promise.resolve(step(traq, server)).catch((error: unknown) => error);
    outcomes.push(settled(outcome, server));
  }
  return [...outcomes, server.requests.map(({ operation, cookie, query }) => ({ operation, cookie, query }))];
}

describe('both ways', () => {
  const listeners: FakeListener[] = [];
  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.close();
  });

  test.each(stories)('over HTTP and over server.fetch the same happens: $title', async (story) => {
    const overFetch = await play(story, async ({ fetch }) => ({ fetch, baseUrl: 'http://127.0.0.1:1/api/v3' }));
    const overHttp = await play(story, async (server) => {
      const listener = await server.listen();
      listeners.push(listener);
      return { baseUrl: listener.baseUrl };
    });
    expect(overHttp).toEqual(overFetch);
  });

  test('the comparison sees a difference', async () => {
    const story: Story = { title: '', steps: [login, (traq) => traq.sessions.list()] };
    const one = await play(story, async ({ fetch }) => ({ fetch }));
    const other = await play(story, async (server) => {
      server.inject({ kind: 'status', status: 500, operation: 'getMySessions' });
      return { fetch: server.fetch };
    });
    expect(other).not.toEqual(one);
  });
});
