import { button } from '../button.ts';
import { h } from '../dom.ts';
import { words } from '../language.ts';
import { tellOtherTabs } from '../other-tabs.ts';
import { problemSlot } from '../problem.ts';
import { logOut } from '../traq.ts';
import { hasEnded, type Leave } from '../view.ts';

/** Ends every session, after a question. */
export function endAll(leave: Leave): HTMLElement {
  const slot = problemSlot();
  const confirm = button(() => words().endAll.confirm, end, 'danger');
  const cancel = button(
    () => words().cancel,
    () => dialog.close(),
  );
  const dialog: HTMLDialogElement = h(
    'dialog',
    { 'aria-labelledby': 'end-all-question', 'aria-describedby': 'end-all-consequence', onclose: slot.clear },
    h('h2', { id: 'end-all-question' }, () => words().endAll.question),
    h('p', { id: 'end-all-consequence' }, () => words().endAll.consequence),
    slot.element,
    h('div', { class: 'actions' }, cancel, confirm),
  );

  async function end(): Promise<void> {
    slot.clear();
    try {
      await logOut({ allSessions: true });
      tellOtherTabs();
      leave('everywhere');
    } catch (error) {
      if (hasEnded(error)) leave('elsewhere');
      else slot.show(error);
    }
  }

  return h(
    'div',
    { class: 'card aside' },
    h(
      'div',
      {},
      h('h2', {}, () => words().endAll.title),
      h('p', { class: 'muted' }, () => words().endAll.lead),
    ),
    button(
      () => words().endAll.open,
      () => dialog.showModal(),
      'danger-quiet',
    ),
    dialog,
  );
}
