import { h } from '../dom.ts';
import { words } from '../language.ts';
import { addressOf, type Place, places } from '../route.ts';

/** Links to the places of the page. */
export interface PlacesMenu {
  readonly element: HTMLElement;
  showCurrent(place: Place): void;
}

export function placesMenu(): PlacesMenu {
  const links = new Map(
    places.map((place) => [place, h('a', { href: addressOf(place) }, () => words().places[place])]),
  );
  return {
    element: h(
      'nav',
      { class: 'places', 'aria-label': () => words().places.label },
      h('ul', {}, ...[...links.values()].map((link) => h('li', {}, link))),
    ),
    showCurrent(current) {
      for (const [place, link] of links) {
        if (place === current) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
    },
  };
}
