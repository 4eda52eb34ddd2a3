import type { LoginSession } from 'traq-auth/browser';
import { button } from '../button.ts';
import { isCurrentSession } from '../current-session.ts';
import { h } from '../dom.ts';
import { say, words } from '../language.ts';
import { type ProblemSlot, problemSlot } from '../problem.ts';
import { ago, date, timeElement } from '../times.ts';

/** One session in the list. */
export interface SessionRow {
  readonly session: LoginSession;
  readonly element: HTMLLIElement;
  readonly box: HTMLInputElement;
  readonly slot: ProblemSlot;
}

/**
 * @param logOut - called by its button.
 * @param selected - called when its selection has changed.
 */
export function sessionRow(session: LoginSession, logOut: () => Promise<void>, selected: () => void): SessionRow {
  const { id, issuedAt } = session;
  const slot = problemSlot();
  const when = (): string => date(issuedAt);
  const loggedIn = say.sessions.loggedIn(() => ago(issuedAt));
  const current = (): string => (isCurrentSession(id) ? words().sessions.current : '');
  const box = h('input', { type: 'checkbox', 'aria-label': say.sessions.select(when), onchange: selected });
  const texts = h(
    'span',
    { class: 'stack' },
    timeElement(issuedAt, when, 'strong'),
    timeElement(issuedAt, loggedIn, 'muted'),
    h('span', { class: 'current' }, current),
  );
  const out = button(say.logOut, logOut, '', say.sessions.logOut(when));
  const element = h('li', { class: 'row' }, h('label', { class: 'pick' }, box, texts), out, slot.element);
  return { session, element, box, slot };
}
