type Store = 'localStorage' | 'sessionStorage';

/** Keeps a text for later. Where storage is switched off, nothing is kept, and everything works without it. */
export function store(where: Store, key: string, text: string): void {
  try {
    globalThis[where].setItem(key, text);
  } catch {
    // Switched off, or full.
  }
}

/** What was kept; undefined if nothing was. */
export function stored(where: Store, key: string): string | undefined {
  try {
    return globalThis[where].getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
