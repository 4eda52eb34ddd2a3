import { createTraqAuth, isTraqError } from 'traq-auth/browser';

/** The one client of the page: a path as `baseUrl`, since only the page's own origin can hold its session. */
export const traq = createTraqAuth({ baseUrl: '/api/v3' });

export const hasEnded = (error: unknown): boolean => isTraqError(error, 'not_logged_in');
