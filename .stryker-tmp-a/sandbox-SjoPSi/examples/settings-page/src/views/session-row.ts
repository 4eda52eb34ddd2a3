import type { LoginSession } from 'traq-auth';
import { button } from '../button.ts';
import { h } from '../dom.ts';
import { words } from '../language.ts';
import { problemSlot } from '../problem.ts';
import { ago, fullDate, timeElement } from '../times.ts';
import { hasEnded } from '../view.ts';

/** One session in the list. */
export interface SessionRow {
  readonly element: HTMLLIElement;
  selected: boolean;
  /** Runs what ends the session, and says whether it went well; what went wrong is shown here, but a login that is over. */
  end(work: () => Promise<void>): Promise<boolean>;
  focus(): void;
}

/** What a row calls. */
export interface SessionRowEvents {
  /** Its button was pressed. */
  ended(): Promise<void>;
  /** Its selection has changed. */
  selected(): void;
}

export function sessionRow({ issuedAt }: LoginSession, { ended, selected }: SessionRowEvents): SessionRow {
  const slot = problemSlot();
  const box = h('input', {
    type: 'checkbox',
    'aria-label': () => words().sessions.select(fullDate(issuedAt)),
    onchange: selected,
  });
  const endIt = button(
    () => words().sessions.end,
    ended,
    '',
    () => words().sessions.endOne(fullDate(issuedAt)),
  );
  const label = h(
    'label',
    { class: 'pick' },
    box,
    h('span', { class: 'stack' }, timeElement(issuedAt, fullDate, 'strong'), timeElement(issuedAt, ago, 'muted')),
  );
  const item = h('li', { class: 'row' }, label, endIt, slot.element);
  return {
    element: item,
    get selected() {
      return box.checked;
    },
    set selected(value) {
      box.checked = value;
    },
    async end(work) {
      slot.clear();
      item.classList.add('is-ending');
      try {
        await work();
        return true;
      } catch (error) {
        if (hasEnded(error)) throw error;
        slot.show(error);
        return false;
      } finally {
        item.classList.remove('is-ending');
      }
    },
    focus: () => endIt.focus(),
  };
}
