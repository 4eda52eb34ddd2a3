import { setImmediate } from 'node:timers/promises';

/** What keeps a process from ending, by kind. */
export type Resources = Readonly<Record<string, number>>;

const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'TCPConnectWrap', 'Timeout'];

/** What keeps this process from ending now. */
export function openResources(): Resources {
  const all = process.getActiveResourcesInfo();
  return Object.fromEntries(kinds.map((kind) => [kind, all.filter((found) => found === kind).length]));
}

/** Resolves when no more is open than was before; what was closed takes some turns until it is gone. */
export async function released(before: Resources, until: AbortSignal): Promise<Resources | undefined> {
  const isReleased = (): boolean => {
    const now = openResources();
    return kinds.every((kind) => (now[kind] ?? 0) <= (before[kind] ?? 0));
  };
  return (await turnsUntil(isReleased, until)) ? undefined : openResources();
}

/** Lets others have their turns until something is so. @returns whether it is. */
export async function turnsUntil(isSo: () => boolean, until: AbortSignal): Promise<boolean> {
  while (!isSo()) {
    if (until.aborted) return false;
    await setImmediate();
  }
  return true;
}
