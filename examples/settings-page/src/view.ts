import { h, type Live } from './dom.ts';

/** One place of the page. */
export interface View {
  readonly element: HTMLElement;
  readonly title: Live;
  /** Brings it up to date with the server. What goes wrong is shown; where the login is over, it leaves. */
  load(): Promise<void>;
  /** Where the focus goes when one arrives. */
  focus(): void;
}

/** Leaves for the login, which says why. */
export type Leave = (notice: Live) => void;

/** The heading that takes the focus when one arrives. */
export function heading(text: Live): HTMLHeadingElement {
  return h('h1', { tabindex: -1 }, text);
}

/** Boxes in the place of what is still to come. */
export function skeletonRows(loading: Live): HTMLElement {
  const row = (): HTMLElement => h('div', { class: 'ghost-row' }, h('div', { class: 'ghost' }));
  return h(
    'div',
    { class: 'skeleton', 'aria-busy': 'true' },
    h('p', { class: 'visually-hidden' }, loading),
    h('div', { class: 'card', 'aria-hidden': 'true' }, row(), row(), row()),
  );
}
