import type { ExternalAccount } from 'traq-auth/browser';
import { button, rest } from '../button.ts';
import { h } from '../dom.ts';
import { say, words } from '../language.ts';
import { type ProblemSlot, problemSlot } from '../problem.ts';
import { ago, timeElement } from '../times.ts';

const titles: Readonly<Record<string, string>> = {
  github: 'GitHub',
  google: 'Google',
  oidc: 'OpenID Connect',
  slack: 'Slack',
  traq: 'traQ',
};

/** A provider's name as people write it; the server has a short one. */
export function providerTitle(providerName: string): string {
  return titles[providerName] ?? providerName;
}

/** One provider, and the account there that is linked, if any. */
export interface AccountCard {
  readonly element: HTMLLIElement;
  readonly slot: ProblemSlot;
  /** @param canLink - whether there is a button to link one. */
  update(account: ExternalAccount | undefined, canLink: boolean): void;
}

/** @param change - called by its button: to link an account, or to unlink the one that is linked. */
export function accountCard(providerName: string, change: (isLinked: boolean) => Promise<void>): AccountCard {
  const title = providerTitle(providerName);
  const slot = problemSlot();
  const state = h('span', { class: 'state muted' });
  let isLinked = false;
  const act = button(
    () => (isLinked ? words().accounts.unlink : words().accounts.link),
    () => change(isLinked),
    '',
    () => (isLinked ? words().accounts.unlinkFrom(title) : words().accounts.linkTo(title)),
  );
  const badge = h('span', { class: 'badge', 'aria-hidden': 'true' }, title.slice(0, 1));
  const texts = h('span', { class: 'stack grow' }, h('span', { class: 'strong' }, title), state);
  return {
    element: h('li', { class: 'row' }, badge, texts, act, slot.element),
    slot,
    update(account, canLink) {
      isLinked = account !== undefined;
      // One may be back from a provider by the back button, to the page as it was left.
      rest(act);
      act.hidden = !isLinked && !canLink;
      act.classList.toggle('primary-quiet', !isLinked);
      if (account === undefined) {
        state.replaceChildren(h('span', {}, say.accounts.notLinked));
        return;
      }
      const { externalName, linkedAt } = account;
      const when = say.accounts.linkedSince(() => ago(linkedAt));
      state.replaceChildren(h('span', { class: 'name' }, externalName), timeElement(linkedAt, when));
    },
  };
}
