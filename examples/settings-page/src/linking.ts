import { store, stored } from './stored.ts';

const key = 'linking';

/** Notes which provider the user is being sent to: the way back ends at `/`, which says nothing of where it comes from. */
export function leaveForProvider(providerName: string, url: string): void {
  store('sessionStorage', key, providerName);
  location.assign(url);
}

/** The provider that the user comes from, once; undefined if from none, or by the back button. */
export function returnedFromProvider(): string | undefined {
  const providerName = stored('sessionStorage', key);
  store('sessionStorage', key, '');
  return providerName && location.hash === '' ? providerName : undefined;
}
