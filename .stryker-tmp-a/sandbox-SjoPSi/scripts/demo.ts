// Plays all seven operations, one line a step: against a traQ inside this process, or against a real one where
// TRAQ_URL, TRAQ_NAME and TRAQ_PASSWORD say so. Prevents that a newcomer must read code to see what this is.
import { playOnFake } from './demo/on-fake.ts';
import { playOnServer, readEnvironment } from './demo/on-server.ts';
import { sentenceOf } from './demo/report.ts';

try {
  const server = readEnvironment(process.env);
  if (server === undefined) await playOnFake();
  else await playOnServer(server);
} catch (error) {
  console.error(`\nThe demo stopped: ${sentenceOf(error)}`);
  process.exitCode = 1;
}
