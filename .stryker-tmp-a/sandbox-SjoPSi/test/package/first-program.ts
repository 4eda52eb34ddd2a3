// The program that a newcomer writes: what its types cost the compiler is measured by `npm run check:package`.
import { createTraqAuth, isTraqError } from 'traq-auth';

declare const password: string;

const traq = createTraqAuth({ baseUrl: 'https://q.trap.jp/api/v3' });
try {
  await traq.login({ name: 'alice', password });
  for (const session of await traq.sessions.list()) console.log(session.id, session.issuedAt);
  await traq.logout();
} catch (error) {
  if (isTraqError(error, 'invalid_credentials')) console.error('Wrong name or password');
  else throw error;
}
