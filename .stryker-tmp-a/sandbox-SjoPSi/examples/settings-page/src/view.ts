import { isTraqError } from 'traq-auth';
import { type Child, h, type Live } from './dom.ts';

/** Why the login is shown. */
export type Notice = 'none' | 'left' | 'here' | 'everywhere' | 'elsewhere' | 'notKept';

/** One place of the page. */
export interface View {
  readonly element: HTMLElement;
  readonly title: Live;
  /** Brings it up to date with the server. What goes wrong is shown; where the login is over, it leaves. */
  load(): Promise<void>;
  /** Where the focus goes when one arrives. */
  focus(): void;
}

/** Leaves for the login. */
export type Leave = (notice: Notice) => void;

/** The heading that takes the focus when one arrives. */
export function heading(text: Live): HTMLHeadingElement {
  return h('h1', { tabindex: -1 }, text);
}

/** Boxes in the place of what is still to come. */
export function skeletonRows(loading: Live): HTMLElement {
  const row = (): Child => h('div', { class: 'ghost-row' }, h('div', { class: 'ghost' }));
  return h(
    'div',
    { class: 'skeleton', 'aria-busy': 'true' },
    h('p', { class: 'visually-hidden' }, loading),
    h('div', { class: 'card', 'aria-hidden': 'true' }, row(), row(), row()),
  );
}

export const hasEnded = (error: unknown): boolean => isTraqError(error, 'not_logged_in');
