import { button } from '../button.ts';
import { h } from '../dom.ts';
import { say } from '../language.ts';
import { problemSlot } from '../problem.ts';
import { traq } from '../traq.ts';
import type { Leave } from '../view.ts';

/** Ends every session, after a question. */
export interface LogOutEverywhere {
  readonly element: HTMLElement;
  /** Asks whether to. */
  ask(): void;
}

export function logOutEverywhere(leave: Leave): LogOutEverywhere {
  const slot = problemSlot();

  async function logOut(): Promise<void> {
    await traq.logout({ allSessions: true });
    leave(say.login.notices.everywhere);
  }

  async function confirmed(): Promise<void> {
    await slot.attempt(logOut, ended);
    // Whoever has closed it meanwhile would not see what went wrong.
    if (slot.element.hasChildNodes() && element.isConnected && !dialog.open) ask();
  }

  const ended = (): void => leave(say.login.notices.elsewhere);
  const confirm = button(say.everywhere.title, confirmed, 'danger');
  const cancel = button(say.cancel, () => dialog.close());
  const dialog: HTMLDialogElement = h(
    'dialog',
    { 'aria-labelledby': 'everywhere-question', 'aria-describedby': 'everywhere-consequence', onclose: slot.clear },
    h('h2', { id: 'everywhere-question' }, say.everywhere.question),
    h('p', { id: 'everywhere-consequence' }, say.everywhere.consequence),
    slot.element,
    h('div', { class: 'actions' }, cancel, confirm),
  );
  const ask = (): void => dialog.showModal();
  const title = h('h2', {}, say.everywhere.title);
  const lead = h('p', { class: 'muted' }, say.everywhere.lead);
  const open = button(say.everywhere.open, ask, 'danger-quiet');
  const element = h('div', { class: 'card aside' }, h('div', {}, title, lead), open, dialog);
  return { element, ask };
}
