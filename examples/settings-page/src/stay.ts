import { byId, h, refreshTexts } from './dom.ts';
import { say } from './language.ts';
import { addressOf, currentPlace, type Place, places } from './route.ts';
import { fetchUserName } from './server-facts.ts';
import type { Leave, View } from './view.ts';
import { accountMenu } from './views/account-menu.ts';
import { accountsView } from './views/accounts.ts';
import { sessionsView } from './views/sessions.ts';

/** The page from one login to its end. */
export interface Stay {
  /** Brings the place where one is up to date. */
  load(): Promise<void>;
  /** Puts it on the page; resolves with the user's name, if it can be had. */
  open(): Promise<string | undefined>;
  /** Moves the focus to where one has arrived. */
  focus(): void;
  close(): void;
}

/** @param returnedFrom - the provider that the user has just come back from. */
export function createStay(leave: Leave, returnedFrom: string | undefined): Stay {
  const views: Record<Place, View> = { sessions: sessionsView(leave), accounts: accountsView(leave, returnedFrom) };
  const account = accountMenu(leave);
  const links = places.map((place) => h('a', { href: addressOf(place) }, say.places[place]));
  const items = links.map((link) => h('li', {}, link));
  const menu = h('nav', { class: 'places', 'aria-label': say.places.label }, h('ul', {}, ...items));
  const load = (): Promise<void> => views[currentPlace()].load();
  const focus = (): void => views[currentPlace()].focus();

  function show(): void {
    const current = currentPlace();
    showInMain(views[current]);
    for (const [index, link] of links.entries()) {
      if (places[index] === current) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    // Texts that were off the page may be in the language that was chosen before.
    refreshTexts();
  }

  function move(): void {
    show();
    focus();
    void load();
  }

  return {
    load,
    focus,
    async open() {
      byId('account').replaceChildren(...account.elements);
      byId('places').replaceChildren(menu);
      show();
      addEventListener('hashchange', move);
      const name = await fetchUserName();
      if (name !== undefined) account.showName(name);
      return name;
    },
    close() {
      removeEventListener('hashchange', move);
      byId('account').replaceChildren();
      byId('places').replaceChildren();
    },
  };
}

/** Makes something the page's main part, and names the page after it. */
export function showInMain({ element, title }: Pick<View, 'element' | 'title'>): void {
  byId('main').replaceChildren(element);
  document.querySelector('title')?.replaceWith(h('title', {}, () => `${title()} · traQ`));
}
