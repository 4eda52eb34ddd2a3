import { createTraqAuth } from 'traq-auth';

export default {
  // A client for each request: it is one user, and a worker may not wait for what another request has begun.
  async fetch(request, { TRAQ_ORIGIN }) {
    const traq = createTraqAuth({ baseUrl: `${TRAQ_ORIGIN}/api/v3` });
    await traq.login(await request.json());
    const { length } = await traq.sessions.list();
    await traq.logout();
    return Response.json({ length });
  },
};
