import { createTraqAuth } from 'traq-auth';
import { fetch as uncachedFetch } from 'undici';

// Next then caches what says `no-store`, too: the client needs a fetch that is not Next's.
export const fetchCache = 'force-cache';

export async function POST(request) {
  const user = await request.json();
  const client = () => createTraqAuth({ baseUrl: `${process.env.TRAQ_ORIGIN}/api/v3`, fetch: uncachedFetch });
  const [traq, other] = [client(), client()];
  await traq.login(user);
  const before = await traq.sessions.list();
  await other.login(user);
  const after = await traq.sessions.list();
  await traq.logout({ allSessions: true });
  return Response.json([before.length, after.length]);
}
