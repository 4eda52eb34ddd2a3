import { type ExternalAccount, isTraqError } from 'traq-auth/browser';
import { announce } from '../announce.ts';
import { h, refreshTexts } from '../dom.ts';
import { say, words } from '../language.ts';
import { leaveForProvider } from '../linking.ts';
import { createLoad } from '../loader.ts';
import { problemSlot } from '../problem.ts';
import { fetchProviders, type Providers } from '../server-facts.ts';
import { traq } from '../traq.ts';
import { heading, type Leave, skeletonRows, type View } from '../view.ts';
import { type AccountCard, accountCard, providerTitle } from './account-card.ts';

/**
 * One's linked accounts, and the providers at which more can be linked.
 *
 * @param returnedFrom - the provider that the user has just come back from.
 */
export function accountsView(leave: Leave, returnedFrom: string | undefined): View {
  let pending = returnedFrom;
  /** As the server said last; without it nobody knows whether an account can be linked here. */
  let providers: Providers | undefined;
  const cards = new Map<string, AccountCard>();
  const title = say.accounts.title;
  const top = heading(title);
  const slot = problemSlot();
  const list = h('ul', { class: 'rows card' });
  const content = h('div', {}, skeletonRows(say.accounts.loading));
  const outcome = h('div');
  const hint = h('div');
  const lead = h('p', { class: 'lead' }, say.accounts.lead);
  const element = h('section', {}, top, lead, outcome, hint, slot.element, content);
  const ended = (): void => leave(say.login.notices.elsewhere);

  const load = createLoad({ top, slot, content }, ended, async (isLatest) => {
    const linked = await traq.externalAccounts.list();
    const asked = fetchProviders();
    const latest = await asked.catch(() => undefined);
    if (!isLatest()) return;
    providers = latest ?? providers;
    const known = linked.map(({ providerName }) => providerName);
    show(linked, [...known, ...(latest?.names ?? cards.keys())]);
    greet(linked);
    // What is linked is worth showing even if nobody can say what else could be.
    await asked;
  });

  function show(linked: ExternalAccount[], names: string[]): void {
    const { linkedAt } = providers ?? {};
    const inOrder = [...new Set(names)].sort((a, b) => providerTitle(a).localeCompare(providerTitle(b)));
    for (const name of cards.keys()) if (!inOrder.includes(name)) cards.delete(name);
    for (const name of inOrder) {
      const card = cards.get(name) ?? accountCard(name, (isLinked) => change(name, isLinked));
      cards.set(name, card);
      const account = linked.find(({ providerName }) => providerName === name);
      card.update(account, providers !== undefined && linkedAt === undefined);
    }
    const elements = inOrder.flatMap((name) => cards.get(name)?.element ?? []);
    const isSame = elements.length === list.children.length && elements.every((one, at) => list.children[at] === one);
    // Moving what is where it was would take the focus from it.
    if (!isSame) list.replaceChildren(...elements);
    const none = h('p', { class: 'card empty' }, say.accounts.none);
    if (elements.length === 0) content.replaceChildren(none);
    else if (!content.contains(list)) content.replaceChildren(list);
    hint.replaceChildren(...(linkedAt === undefined ? [] : [onlyAt(linkedAt)]));
    refreshTexts();
  }

  /** Says to one who comes back from a provider what has come of it. */
  function greet(linked: ExternalAccount[]): void {
    if (pending === undefined) return;
    const name = pending;
    pending = undefined;
    const isLinked = linked.some(({ providerName }) => providerName === name);
    const text = say.accounts[isLinked ? 'linked' : 'notLinkedNow'](providerTitle(name));
    outcome.replaceChildren(h('p', { class: isLinked ? 'notice good' : 'notice' }, text));
    announce(text());
  }

  async function change(name: string, isLinked: boolean): Promise<void> {
    outcome.replaceChildren();
    await cards.get(name)?.slot.attempt(() => (isLinked ? unlink(name) : link(name)), ended);
  }

  async function link(name: string): Promise<void> {
    const { url } = await traq.externalAccounts.link(name).catch(reload);
    leaveForProvider(name, url);
    // The page stays busy until the provider's is there.
    await new Promise<void>((resolve) => addEventListener('pageshow', () => resolve(), { once: true }));
  }

  async function unlink(name: string): Promise<void> {
    await traq.externalAccounts.unlink(name).catch(reload);
    announce(words().accounts.unlinked(providerTitle(name)));
    const focused = document.activeElement;
    await load();
    // Where no account can be linked, the button is hidden now: without this the focus would be lost.
    if (focused instanceof HTMLElement && focused.hidden) top.focus();
  }

  /** Some failures say that the list is out of date. */
  async function reload(error: unknown): Promise<never> {
    if (isTraqError(error, 'already_linked', 'unknown_provider', 'not_linked')) await load();
    throw error;
  }

  return { element, title, load, focus: () => top.focus() };
}

function onlyAt(origin: string): HTMLElement {
  const link = h('a', { href: origin }, origin);
  return h('p', { class: 'notice' }, say.accounts.onlyAt, ' ', link);
}
