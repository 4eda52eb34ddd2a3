import { h, type Live } from './dom.ts';

/**
 * Makes a button that looks busy and does nothing more until its work is done. It is not disabled meanwhile, which would
 * take the focus from it.
 *
 * @param kind - its look: `primary`, `danger`, …
 * @param label - what it does, in full, for those who do not see what it stands beside.
 */
export function button(text: Live, work: () => Promise<void> | void, kind = '', label?: Live): HTMLButtonElement {
  const element = h('button', { type: 'button', class: `button ${kind}`, 'aria-label': label }, text);
  element.addEventListener('click', () => void whileBusy(element, work));
  return element;
}

/** Runs `work` on behalf of a button, unless it is busy already. */
export async function whileBusy(element: HTMLElement, work: () => Promise<void> | void): Promise<void> {
  if (element.classList.contains('is-busy')) return;
  element.setAttribute('aria-disabled', 'true');
  element.classList.add('is-busy');
  try {
    await work();
  } finally {
    rest(element);
  }
}

/** Lets a button be pressed again. */
export function rest(element: HTMLElement): void {
  element.removeAttribute('aria-disabled');
  element.classList.remove('is-busy');
}
