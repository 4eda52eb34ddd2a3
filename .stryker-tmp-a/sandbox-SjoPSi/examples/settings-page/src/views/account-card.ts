import type { ExternalAccount } from 'traq-auth';
import { button, rest } from '../button.ts';
import { h } from '../dom.ts';
import { words } from '../language.ts';
import { problemSlot } from '../problem.ts';
import { providerTitle } from '../provider-name.ts';
import { ago, timeElement } from '../times.ts';
import { hasEnded } from '../view.ts';

/** One provider, and the account there that is linked, if any. */
export interface AccountCard {
  readonly element: HTMLLIElement;
  update(account: ExternalAccount | undefined): void;
  focus(): void;
}

/** What a card calls. What it throws is shown on the card, but for the end of the login. */
export interface AccountCardEvents {
  link(): Promise<void>;
  unlink(): Promise<void>;
}

export function accountCard(providerName: string, { link, unlink }: AccountCardEvents): AccountCard {
  const title = providerTitle(providerName);
  const slot = problemSlot();
  const state = h('span', { class: 'muted' });
  let isLinked = false;
  const act = button(
    () => (isLinked ? words().accounts.unlink : words().accounts.link),
    change,
    '',
    () => (isLinked ? words().accounts.unlinkFrom(title) : words().accounts.linkTo(title)),
  );

  async function change(): Promise<void> {
    slot.clear();
    try {
      await (isLinked ? unlink() : link());
    } catch (error) {
      if (!hasEnded(error)) slot.show(error);
    }
  }

  return {
    element: h(
      'li',
      { class: 'row' },
      h('span', { class: 'badge', 'aria-hidden': 'true' }, title.slice(0, 1)),
      h('span', { class: 'stack grow' }, h('span', { class: 'strong' }, title), state),
      act,
      slot.element,
    ),
    update(account) {
      isLinked = account !== undefined;
      // One may be back from a provider by the back button, to the page as it was left.
      rest(act);
      act.classList.toggle('primary-quiet', !isLinked);
      if (account === undefined) {
        state.replaceChildren(h('span', {}, () => words().accounts.notLinked));
        return;
      }
      const when = (time: string): string => words().accounts.linkedSince(ago(time));
      state.replaceChildren(
        h('span', { class: 'name' }, account.externalName),
        ' · ',
        timeElement(account.linkedAt, when, ''),
      );
    },
    focus: () => act.focus(),
  };
}
