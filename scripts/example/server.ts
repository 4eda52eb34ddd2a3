import { createFakeTraq } from '../../src/testing/index.ts';
import { readTraqUrl } from '../demo/traq-url.ts';

/** The server that the settings page is shown with. */
export interface ExampleServer {
  /** What stands before `/api`: its origin. */
  readonly target: string;
  /** The same, if accounts can be linked there alone. */
  readonly traqOrigin?: string;
  /** What to tell whoever has started it. */
  readonly lines: readonly string[];
  readonly close: () => Promise<void>;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** @param url - where a real server is; undefined: a fake one is started. */
export async function startExampleServer(url: string | undefined): Promise<ExampleServer> {
  if (url === undefined || url === '') return await startFake();
  const { baseUrl, root } = readTraqUrl(url);
  const lines = [
    `traQ: ${baseUrl}`,
    'It is the real one: what you log out is logged out. Accounts can be linked there alone, since a provider leads back there.',
  ];
  return { target: root, traqOrigin: new URL(baseUrl).origin, lines, close: async () => undefined };
}

async function startFake(): Promise<ExampleServer> {
  const users = ['alice', 'bob', 'carol'].map((name) => ({ name, password: `password-${name}` }));
  const fake = createFakeTraq({ users, providers: ['google', 'oidc', 'slack'] });
  for (const ageMs of [8 * minute, day, 6 * day, 20 * day]) fake.openSession('alice', { ageMs });
  fake.link('alice', 'slack');
  fake.suspend('carol');
  const { origin, close } = await fake.listen();
  const lines = [
    'traQ: a stand-in, gone when this ends. Users to try:',
    '  alice   password-alice   five sessions, one linked account',
    '  bob     password-bob     nothing yet',
    '  carol   password-carol   suspended',
  ];
  return { target: origin, lines, close };
}
