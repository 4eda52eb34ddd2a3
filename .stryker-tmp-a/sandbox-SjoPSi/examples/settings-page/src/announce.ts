import { byId } from './dom.ts';

/** Has screen readers say a sentence, when they are done with what they are saying. */
export function announce(sentence: string): void {
  const announcer = byId('announcer');
  // The same sentence twice is said twice only if something changes in between.
  announcer.textContent = '';
  requestAnimationFrame(() => {
    announcer.textContent = sentence;
  });
}
