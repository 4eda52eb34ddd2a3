// Each visitor's call has a client of its own: a client is one user.
import express from 'express';
import { createTraqAuth, isTraqError } from 'traq-auth';

export function createApp(options) {
  const app = express();
  app.use(express.json());
  app.post('/sessions', async (request, response) => {
    const traq = createTraqAuth(options);
    await traq.login(request.body);
    const sessions = await traq.sessions.list();
    await traq.logout();
    response.json(sessions.length);
  });
  app.use((error, _request, response, _next) => {
    response.status(isTraqError(error, 'invalid_credentials') ? 401 : 500).json(error);
  });
  return app;
}
