import { refreshTexts } from './dom.ts';
import { store, stored } from './stored.ts';
import { traq } from './traq.ts';

const key = 'current-session';

/**
 * Notes which session is this browser's. The server does not tell, but right after a login here it is the newest one.
 * When the server renews the session it gets another id; then nobody knows until the next login.
 */
export function noteCurrentSession(): void {
  traq.onSessionChange(async ({ type, origin }) => {
    if (type !== 'login' || origin !== 'here') return;
    const sessions = await traq.sessions.list().catch(() => []);
    const newest = sessions.sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1))[0];
    store('localStorage', key, newest?.id ?? '');
    refreshTexts();
  });
}

/** Whether a session is known to be this browser's. */
export function isCurrentSession(id: string): boolean {
  return stored('localStorage', key) === id;
}
