/** Keeps a choice for the next visit; public/first-paint.js reads it. */
export function keepPreference(name: 'language' | 'theme', value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Storage may be switched off: the choice then lasts as long as the page.
  }
}
