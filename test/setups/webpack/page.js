import { createTraqAuth } from 'traq-auth/browser';

export async function logIn(options, user) {
  const traq = createTraqAuth({ baseUrl: '/api/v3', ...options });
  await traq.login(user);
  return await traq.sessions.list();
}
