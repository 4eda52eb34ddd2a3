import type { LoginSession } from 'traq-auth/browser';
import { announce } from '../announce.ts';
import { button } from '../button.ts';
import { isCurrentSession } from '../current-session.ts';
import { h, type Live, refreshTexts } from '../dom.ts';
import { say, words } from '../language.ts';
import { createLoad } from '../loader.ts';
import { problemSlot } from '../problem.ts';
import { hasEnded, traq } from '../traq.ts';
import { heading, type Leave, skeletonRows, type View } from '../view.ts';
import { logOutEverywhere } from './log-out-everywhere.ts';
import { type SessionRow, sessionRow } from './session-row.ts';

/** What was still to be ended when the login itself ended: it is selected again after the next one. */
let unfinished: readonly string[] = [];

/** One's login sessions: to see, and to end one, several, or all. */
export function sessionsView(leave: Leave): View {
  const rows = new Map<string, SessionRow>();
  const selection = (): string[] => [...rows].flatMap(([id, { box }]) => (box.checked ? [id] : []));
  const isAll = (): boolean => selection().length === rows.size;
  const title = say.sessions.title;
  const top = heading(title);
  const slot = problemSlot();
  const everywhere = logOutEverywhere(leave);
  const list = h('ul', { class: 'rows' });
  const selectAll: HTMLInputElement = h('input', { type: 'checkbox', onchange: () => select(selectAll.checked) });
  const logOutSelected = button(
    () => (isAll() ? words().everywhere.open : words().sessions.logOutSelected(selection().length)),
    () => (isAll() ? everywhere.ask() : logOutOf(selection())),
  );
  const all = h('label', { class: 'pick' }, selectAll, h('span', {}, say.sessions.all));
  const count = h(
    'span',
    { class: 'count muted' },
    say.sessions.count(() => rows.size),
  );
  const card = h('div', { class: 'card' }, h('div', { class: 'toolbar' }, all, count, logOutSelected), list);
  const content = h('div', { class: 'stack' }, skeletonRows(say.sessions.loading));
  const lead = h('p', { class: 'lead' }, say.sessions.lead);
  const element = h('section', {}, top, lead, slot.element, content);

  function select(all: boolean): void {
    for (const { box } of rows.values()) box.checked = all;
    showSelection();
  }

  function showSelection(): void {
    const count = selection().length;
    selectAll.checked = count > 0 && isAll();
    selectAll.indeterminate = count > 0 && !isAll();
    logOutSelected.toggleAttribute('disabled', count === 0);
    refreshTexts();
  }

  /** Shows the list, the newest first; rows that stay keep their selection, their problem and the focus. */
  function show(sessions: LoginSession[]): void {
    const before = [...list.children];
    const focused = document.activeElement;
    const ids = new Set(sessions.map(({ id }) => id));
    for (const id of rows.keys()) if (!ids.has(id)) drop(id);
    const newestFirst = sessions.sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1));
    for (const [index, session] of newestFirst.entries()) {
      const { id } = session;
      const row = rows.get(id) ?? sessionRow(session, () => logOutOf([id]), showSelection);
      rows.set(id, row);
      if (unfinished.includes(id)) row.box.checked = true;
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    }
    unfinished = [];
    if (!content.contains(card)) content.replaceChildren(card, everywhere.element);
    showSelection();
    // Its row may have ended elsewhere.
    if (!focused?.isConnected) keepFocus(before);
  }

  function drop(id: string): void {
    rows.get(id)?.element.remove();
    rows.delete(id);
  }

  const leaveElsewhere = (): void => leave(say.login.notices.elsewhere);
  const load = createLoad({ top, slot, content }, leaveElsewhere, async (isLatest) => {
    const sessions = await traq.sessions.list();
    if (isLatest()) show(sessions);
  });

  /** Ends several, up to the first that cannot be ended; the rest stays selected, even if the login has ended with them. */
  async function logOutOf(ids: string[]): Promise<void> {
    const before = [...list.children];
    const left = currentLast(ids.flatMap((id) => rows.get(id) ?? []));
    const isLoggedIn = await endEach(left);
    const count = ids.length - left.length;
    if (!isLoggedIn) {
      unfinished = left.map(({ session }) => session.id);
      return count === 0 ? leaveElsewhere() : leaveHere(say.login.notices.unfinished(count, left.length));
    }
    if (count === 0) return;
    for (const id of ids) if (!left.some(({ session }) => session.id === id)) drop(id);
    showSelection();
    announce(words().sessions.ended(count));
    keepFocus(before);
    // It may have been one's own: the list says so.
    await load(() => leaveHere(say.login.notices.here));
  }

  /** This browser's session was among those that were ended. */
  function leaveHere(notice: Live): void {
    leave(notice);
    // Nobody is logged in any more, but the other tabs are told by a logout alone.
    void traq.logout().catch(() => undefined);
  }

  /** Where the focus was on what is gone, it goes to the row that came after, or to the top; never to a button. */
  function keepFocus(before: Element[]): void {
    if (document.activeElement !== document.body && document.activeElement !== logOutSelected) return;
    const firstGone = before.findIndex((row) => !row.isConnected);
    const next = before.slice(firstGone).find((row) => row.isConnected);
    (next?.querySelector('input') ?? top).focus();
  }

  return { element, title, load, focus: () => top.focus() };
}

/**
 * This browser's own comes last, since none can be ended after it. Where it is not known the oldest come first: the one
 * in use is likely younger.
 */
function currentLast(rows: SessionRow[]): SessionRow[] {
  const isCurrent = ({ session }: SessionRow): number => Number(isCurrentSession(session.id));
  const byAge = rows.sort((a, b) => (a.session.issuedAt < b.session.issuedAt ? -1 : 1));
  return byAge.sort((a, b) => isCurrent(a) - isCurrent(b));
}

/** Ends sessions in turn, and takes those that have ended out of the array. @returns whether one is still logged in. */
async function endEach(left: SessionRow[]): Promise<boolean> {
  for (let row = left[0]; row; row = left[0]) {
    const { session, element, slot } = row;
    slot.clear();
    element.classList.add('is-ending');
    try {
      await traq.sessions.revoke(session.id);
      left.shift();
    } catch (error) {
      if (hasEnded(error)) return false;
      slot.show(error);
      return true;
    } finally {
      element.classList.remove('is-ending');
    }
  }
  return true;
}
