/** Tells the other clients of this page the epoch: the `storage` event reaches other pages alone (P5). */
export function announce(key: string, epoch: number): void {
  try {
    globalThis.dispatchEvent?.(new CustomEvent(key, { detail: epoch }));
  } catch {
    // An emulated page whose events are not its own.
  }
}

/**
 * Listens for what may be news: another tab's note, another client of this page, and coming back to this page (P5).
 *
 * @param hear - called with the epoch, if that is told.
 * @returns what ends it.
 */
export function listen(key: string, hear: (epoch?: number) => void): () => void {
  const heard = (event: Partial<StorageEvent & CustomEvent<number>>): void => {
    // Null: all of the storage was cleared.
    if ((event.key ?? key) === key) hear(event.detail);
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
