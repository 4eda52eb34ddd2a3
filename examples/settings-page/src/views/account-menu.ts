import { button } from '../button.ts';
import { h } from '../dom.ts';
import { say, words } from '../language.ts';
import { problemSlot } from '../problem.ts';
import { traq } from '../traq.ts';
import type { Leave } from '../view.ts';

/** Who is logged in, and the way out. */
export interface AccountMenu {
  readonly elements: HTMLElement[];
  showName(name: string): void;
}

export function accountMenu(leave: Leave): AccountMenu {
  const slot = problemSlot();
  const shown = h('span', { class: 'user' });
  const loggedOut = (): void => leave(say.login.notices.loggedOut);

  async function logOut(): Promise<void> {
    await traq.logout();
    loggedOut();
  }

  const out = button(say.logOut, () => slot.attempt(logOut, loggedOut), 'quiet');
  return { elements: [shown, out, slot.element], showName: (name) => shown.replaceChildren(words().userName(name)) };
}
