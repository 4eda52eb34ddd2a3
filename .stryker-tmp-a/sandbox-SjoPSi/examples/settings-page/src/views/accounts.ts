import { type ExternalAccount, isTraqError } from 'traq-auth';
import { announce } from '../announce.ts';
import { h, type Live, refreshTexts } from '../dom.ts';
import { words } from '../language.ts';
import { leaveForProvider } from '../linking.ts';
import { tellOtherTabs } from '../other-tabs.ts';
import { problemSlot, tryAgain } from '../problem.ts';
import { providerTitle } from '../provider-name.ts';
import { fetchProviders } from '../server-facts.ts';
import { inTurn } from '../traq.ts';
import { hasEnded, heading, type Leave, skeletonRows, type View } from '../view.ts';
import { type AccountCard, accountCard } from './account-card.ts';

/**
 * One's linked accounts, and the providers at which more can be linked.
 *
 * @param returnedFrom - the provider that the user has just come back from.
 */
export function accountsView(leave: Leave, returnedFrom: string | undefined): View {
  let pending = returnedFrom;
  let first: AccountCard | undefined;
  const cards = new Map<string, AccountCard>();
  const title: Live = () => words().accounts.title;
  const top = heading(title);
  const slot = problemSlot();
  const list = h('ul', { class: 'rows card' });
  const content = h(
    'div',
    {},
    skeletonRows(() => words().accounts.loading),
  );
  const outcome = h('div');
  const lead = h('p', { class: 'lead' }, () => words().accounts.lead);
  const element = h('section', {}, top, lead, outcome, slot.element, content);

  async function load(): Promise<void> {
    try {
      const linked = await inTurn(({ externalAccounts }) => externalAccounts.list());
      const known = linked.map(({ providerName }) => providerName);
      // What is linked is worth showing even if nobody can say what else could be.
      const offered = await fetchProviders().catch((error: unknown) => error);
      show(linked, Array.isArray(offered) ? [...known, ...offered] : [...known, ...cards.keys()]);
      if (Array.isArray(offered)) slot.clear();
      else slot.show(offered, tryAgain(load));
      greet(linked);
    } catch (error) {
      if (hasEnded(error)) return leave('elsewhere');
      if (cards.size === 0) content.replaceChildren();
      slot.show(error, tryAgain(load));
    }
  }

  function show(linked: ExternalAccount[], providers: string[]): void {
    const inOrder = [...new Set(providers)].sort((a, b) => providerTitle(a).localeCompare(providerTitle(b)));
    for (const name of cards.keys()) if (!inOrder.includes(name)) cards.delete(name);
    for (const name of inOrder) {
      const card = cards.get(name) ?? accountCard(name, { link: () => link(name), unlink: () => unlink(name) });
      cards.set(name, card);
      card.update(linked.find(({ providerName }) => providerName === name));
    }
    const elements = inOrder.flatMap((name) => cards.get(name)?.element ?? []);
    const isSame = elements.length === list.children.length && elements.every((one, at) => list.children[at] === one);
    // Moving what is where it was would take the focus from it.
    if (!isSame) list.replaceChildren(...elements);
    const none = h('p', { class: 'card empty' }, () => words().accounts.none);
    if (elements.length === 0) content.replaceChildren(none);
    else if (!content.contains(list)) content.replaceChildren(list);
    refreshTexts();
  }

  /** Says to one who comes back from a provider what has come of it. */
  function greet(linked: ExternalAccount[]): void {
    if (pending === undefined) return;
    const name = pending;
    pending = undefined;
    const isLinked = linked.some(({ providerName }) => providerName === name);
    const say: Live = () => words().accounts[isLinked ? 'linked' : 'notLinkedNow'](providerTitle(name));
    outcome.replaceChildren(h('p', { class: isLinked ? 'notice good' : 'notice' }, say));
    announce(say());
    first = cards.get(name);
  }

  async function link(name: string): Promise<void> {
    outcome.replaceChildren();
    const { url } = await reloadingIf(['already_linked', 'unknown_provider'], () =>
      inTurn(({ externalAccounts }) => externalAccounts.link(name)),
    );
    leaveForProvider(name, url);
    // The page stays busy until the provider's is there.
    await new Promise<void>((resolve) => addEventListener('pageshow', () => resolve(), { once: true }));
  }

  async function unlink(name: string): Promise<void> {
    outcome.replaceChildren();
    await reloadingIf(['not_linked'], () => inTurn(({ externalAccounts }) => externalAccounts.unlink(name)));
    announce(words().accounts.unlinked(providerTitle(name)));
    tellOtherTabs();
    await load();
  }

  /** A failure of these codes says that the list is out of date. */
  async function reloadingIf<T>(codes: Parameters<typeof isTraqError>[1][], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (hasEnded(error)) leave('elsewhere');
      else if (isTraqError(error, ...codes)) await load();
      throw error;
    }
  }

  function focus(): void {
    (first ?? top).focus();
    first = undefined;
  }

  return { element, title, load, focus };
}
