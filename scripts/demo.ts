// Plays all seven operations, one line a step: against a traQ inside this process, or against a real one where
// TRAQ_URL, TRAQ_NAME and TRAQ_PASSWORD say so. Prevents that a newcomer must read code to see what this is.
import { createTraqAuth } from '../src/index.ts';
import { createFakeTraq } from '../src/testing/index.ts';
import { playLogins, playOnFake, playOnServer } from './demo/play.ts';
import { notedFetch } from './demo/story.ts';

const { TRAQ_URL, TRAQ_NAME, TRAQ_PASSWORD } = process.env;

async function onFake(): Promise<void> {
  const alice = { name: 'alice', password: 'password-alice' };
  const server = createFakeTraq({ users: [alice], providers: ['github', 'oidc'] });
  const { baseUrl, close } = await server.listen();
  console.log(`A traQ inside this process answers at ${baseUrl}`);
  const client = () => createTraqAuth({ baseUrl, fetch: notedFetch, now: server.now });
  const [traq, other] = [client(), client()];
  try {
    await playLogins(traq, other, alice);
    await playOnFake(traq, other, server);
  } finally {
    await close();
  }
}

async function onServer(): Promise<void> {
  if (!TRAQ_URL || !TRAQ_NAME || !TRAQ_PASSWORD) {
    throw new Error(
      'TRAQ_URL, TRAQ_NAME and TRAQ_PASSWORD go together: set all three, or none for the built-in server',
    );
  }
  const client = () => createTraqAuth({ baseUrl: TRAQ_URL, fetch: notedFetch });
  const [traq, other] = [client(), client()];
  try {
    await playLogins(traq, other, { name: TRAQ_NAME, password: TRAQ_PASSWORD });
    await playOnServer(traq);
  } finally {
    // Whatever stopped the story, no session of this run stays behind.
    await Promise.allSettled([traq.logout(), other.logout()]);
  }
}

try {
  await (TRAQ_URL || TRAQ_NAME || TRAQ_PASSWORD ? onServer() : onFake());
} catch (error) {
  console.error(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
