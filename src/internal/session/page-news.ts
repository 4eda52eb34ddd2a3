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

/**
 * Listens for news: another tab's note, another client of this page, and a return to this page (P5).
 *
 * @param hear - called with the epoch, or with the note as another tab wrote it, if the event has them, and with whether the
 * page was shown or hidden.
 * @returns the function that stops it.
 */
export function listen(
  key: string,
  hear: (epoch?: number, text?: string | null, isShown?: boolean) => void,
): () => void {
  const heard = (event: Partial<StorageEvent & CustomEvent<number>>): void => {
    // Null: the whole storage was cleared.
    if ((event.key ?? key) === key) hear(event.detail, event.newValue, event.type === 'visibilitychange');
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
