import { byId, h, refreshTexts } from './dom.ts';
import { currentPlace, type Place } from './route.ts';
import { fetchUserName } from './server-facts.ts';
import type { Leave, View } from './view.ts';
import { accountMenu } from './views/account-menu.ts';
import { accountsView } from './views/accounts.ts';
import { placesMenu } from './views/places-menu.ts';
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
  const menu = placesMenu();
  const load = (): Promise<void> => views[currentPlace()].load();

  const focus = (): void => views[currentPlace()].focus();

  function show(): void {
    const place = currentPlace();
    showInMain(views[place]);
    menu.showCurrent(place);
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
      byId('places').replaceChildren(menu.element);
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
