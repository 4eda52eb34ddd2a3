import { createTraqAuth } from 'traq-auth';

// A client for each request: it is one user.
export async function POST(request) {
  const traq = createTraqAuth({ baseUrl: `${process.env.TRAQ_ORIGIN}/api/v3` });
  await traq.login(await request.json());
  const { length } = await traq.sessions.list();
  await traq.logout();
  return Response.json({ length });
}
