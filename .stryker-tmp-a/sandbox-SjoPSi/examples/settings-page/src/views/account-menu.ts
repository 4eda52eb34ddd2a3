import { button } from '../button.ts';
import { h } from '../dom.ts';
import { words } from '../language.ts';
import { tellOtherTabs } from '../other-tabs.ts';
import { problemSlot } from '../problem.ts';
import { logOut } from '../traq.ts';
import { hasEnded, type Leave } from '../view.ts';

/** Who is logged in, and the way out. */
export interface AccountMenu {
  readonly elements: HTMLElement[];
  showName(name: string): void;
}

export function accountMenu(leave: Leave): AccountMenu {
  const slot = problemSlot();
  const shown = h('span', { class: 'user' });
  const out = button(() => words().account.logOut, end, 'quiet');

  async function end(): Promise<void> {
    slot.clear();
    try {
      await logOut({ allSessions: false });
      tellOtherTabs();
      leave('left');
    } catch (error) {
      // It had ended already, which is what was asked for.
      if (hasEnded(error)) leave('left');
      else slot.show(error);
    }
  }

  return {
    elements: [shown, out, slot.element],
    showName: (name) => shown.replaceChildren(words().account.name(name)),
  };
}
