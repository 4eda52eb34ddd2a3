const key = 'linking';

/** Notes which provider the user is being sent to: the way back ends at `/`, which says nothing of where it comes from. */
export function leaveForProvider(providerName: string, url: string): void {
  try {
    sessionStorage.setItem(key, providerName);
  } catch {
    // Storage may be switched off: the way back then ends at the first place of the page.
  }
  location.assign(url);
}

/** The provider that the user comes from, once; undefined if from none, or by the back button. */
export function returnedFromProvider(): string | undefined {
  try {
    const providerName = sessionStorage.getItem(key) ?? undefined;
    sessionStorage.removeItem(key);
    return location.hash === '' ? providerName : undefined;
  } catch {
    return undefined;
  }
}
