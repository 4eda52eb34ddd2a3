import { type ProblemSlot, tryAgain } from './problem.ts';
import { hasEnded } from './traq.ts';

/** Where a list is on the page. */
export interface ListParts {
  readonly top: HTMLElement;
  readonly slot: ProblemSlot;
  readonly content: HTMLElement;
}

/**
 * Makes what brings a list up to date.
 *
 * @param onEnd - called where the login is over, unless the call names another.
 * @param bring - asks for the list and shows it if it is still the latest: of two, the one asked for later counts, since
 * it knows what was ended between.
 */
export function createLoad(
  { top, slot, content }: ListParts,
  onEnd: () => void,
  bring: (isLatest: () => boolean) => Promise<void>,
): (ended?: () => void) => Promise<void> {
  let loads = 0;

  async function load(ended = onEnd): Promise<void> {
    const number = ++loads;
    const isLatest = (): boolean => number === loads;
    try {
      await bring(isLatest);
      if (isLatest()) slot.clear();
    } catch (error) {
      if (hasEnded(error)) return ended();
      if (!isLatest()) return;
      content.querySelector('.skeleton')?.remove();
      slot.show(error, tryAgain(retry));
    }
  }

  /** The button is gone then, with the focus on it: another one takes it, or the top. */
  async function retry(): Promise<void> {
    await load();
    if (document.activeElement === document.body) (slot.element.querySelector('button') ?? top).focus();
  }

  return load;
}
