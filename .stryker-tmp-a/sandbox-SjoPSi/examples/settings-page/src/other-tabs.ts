/** Tells the page's other tabs that something has changed at the server. */
const channel: BroadcastChannel = new BroadcastChannel('traq-settings');

export function tellOtherTabs(): void {
  channel.postMessage('changed');
}

/** Calls back when another tab has changed something, and when one comes back to this tab from wherever one was. */
export function onReturn(refresh: () => void): void {
  channel.addEventListener('message', refresh);
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && refresh());
  addEventListener('pageshow', ({ persisted }) => persisted && refresh());
}
