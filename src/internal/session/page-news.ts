/**
 * Tells the epoch to the other clients of this page: the `storage` event reaches only other pages (P5).
 *
 * @param epoch - zero if it is to be read from the note.
 */
export function announce(key: string, epoch: number): void {
  try {
    globalThis.dispatchEvent(new CustomEvent(key, { detail: epoch }));
  } catch {
    // There are no events, or those of another realm: an emulated page.
  }
}

/** An event that may bring news: an epoch as `detail`, or a note as `newValue`; `persisted` out of the back/forward cache. */
export type NewsEvent = Partial<StorageEvent & CustomEvent<number> & PageTransitionEvent>;

/**
 * Listens for news: another tab's note, another client of this page, and a return to this page (P5).
 *
 * @returns the function that stops it.
 */
export function listen(key: string, hear: (event: NewsEvent) => void): () => void {
  const heard = (event: NewsEvent): void => {
    // Null: the whole storage was cleared.
    if ((event.key ?? key) === key) hear(event);
  };
  const { document } = globalThis as { document?: Document };
  const sources = [
    [globalThis, 'storage'],
    [globalThis, key],
    [globalThis, 'pageshow'],
    [document, 'visibilitychange'],
  ] as const;
  for (const [target, type] of sources) target?.addEventListener?.(type, heard);
  return () => {
    for (const [target, type] of sources) target?.removeEventListener?.(type, heard);
  };
}
