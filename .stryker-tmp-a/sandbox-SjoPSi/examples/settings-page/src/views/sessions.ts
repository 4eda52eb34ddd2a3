import type { LoginSession } from 'traq-auth';
import { announce } from '../announce.ts';
import { button } from '../button.ts';
import { h, type Live, refreshTexts } from '../dom.ts';
import { words } from '../language.ts';
import { tellOtherTabs } from '../other-tabs.ts';
import { problemSlot, tryAgain } from '../problem.ts';
import { inTurn } from '../traq.ts';
import { hasEnded, heading, type Leave, type Notice, skeletonRows, type View } from '../view.ts';
import { endAll } from './end-all.ts';
import { type SessionRow, sessionRow } from './session-row.ts';

/** One's login sessions: to see, and to end one, several, or all. */
export function sessionsView(leave: Leave): View {
  const rows = new Map<string, SessionRow>();
  const selection = (): string[] => [...rows].flatMap(([id, row]) => (row.selected ? [id] : []));
  const title: Live = () => words().sessions.title;
  const top = heading(title);
  const slot = problemSlot();
  const list = h('ul', { class: 'rows' });
  const selectAll: HTMLInputElement = h('input', { type: 'checkbox', onchange: () => select(selectAll.checked) });
  const endSelected = button(
    () => words().sessions.endSelected(selection().length),
    () => end(selection()),
  );
  const card = h(
    'div',
    { class: 'card' },
    h(
      'div',
      { class: 'toolbar' },
      h(
        'label',
        { class: 'pick' },
        selectAll,
        h('span', {}, () => words().sessions.all),
      ),
      h('span', { class: 'count muted' }, () => words().sessions.count(rows.size)),
      endSelected,
    ),
    list,
  );
  const content = h(
    'div',
    { class: 'stack' },
    skeletonRows(() => words().sessions.loading),
  );
  const lead = h('p', { class: 'lead' }, () => words().sessions.lead);
  const element = h('section', {}, top, lead, slot.element, content);

  function select(all: boolean): void {
    for (const row of rows.values()) row.selected = all;
    showSelection();
  }

  function showSelection(): void {
    const count = selection().length;
    selectAll.checked = count > 0 && count === rows.size;
    selectAll.indeterminate = count > 0 && count < rows.size;
    endSelected.toggleAttribute('disabled', count === 0);
    refreshTexts();
  }

  /** Shows the list, the newest first; rows that stay keep their selection, their problem and the focus. */
  function show(sessions: LoginSession[]): void {
    const ids = new Set(sessions.map(({ id }) => id));
    for (const id of rows.keys()) if (!ids.has(id)) drop(id);
    const newestFirst = sessions.sort((a, b) => (a.issuedAt < b.issuedAt ? 1 : -1));
    for (const [index, session] of newestFirst.entries()) {
      const { id } = session;
      const row = rows.get(id) ?? sessionRow(session, { ended: () => end([id]), selected: showSelection });
      rows.set(id, row);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    }
    if (!content.contains(card)) content.replaceChildren(card, endAll(leave));
    showSelection();
  }

  function drop(id: string): void {
    rows.get(id)?.element.remove();
    rows.delete(id);
  }

  async function load(notice: Notice = 'elsewhere'): Promise<void> {
    try {
      show(await inTurn(({ sessions }) => sessions.list()));
      slot.clear();
    } catch (error) {
      if (hasEnded(error)) return leave(notice);
      if (rows.size === 0) content.replaceChildren();
      slot.show(error, tryAgain(load));
    }
  }

  /** Ends them one after the other, up to the first that fails, where it is then said why; the rest stays selected. */
  async function end(ids: string[]): Promise<void> {
    const before = [...rows.values()];
    const ended: string[] = [];
    try {
      for (const id of ids) {
        if (!(await rows.get(id)?.end(() => inTurn(({ sessions }) => sessions.revoke(id))))) break;
        ended.push(id);
      }
    } catch (error) {
      if (hasEnded(error)) return leave(ended.length > 0 ? 'here' : 'elsewhere');
      throw error;
    }
    if (ended.length === 0) return;
    for (const id of ended) drop(id);
    showSelection();
    announce(words().sessions.ended(ended.length));
    keepFocus(before);
    tellOtherTabs();
    // It may have been one's own: the list says so.
    await load('here');
  }

  /** Where the focus was on what is gone, it goes to the row that came after, or to the top. */
  function keepFocus(before: SessionRow[]): void {
    if (document.activeElement !== document.body && document.activeElement !== endSelected) return;
    const firstGone = before.findIndex((row) => !row.element.isConnected);
    const next = before.slice(firstGone).find((row) => row.element.isConnected);
    if (next === undefined) top.focus();
    else next.focus();
  }

  return { element, title, load, focus: () => top.focus() };
}
