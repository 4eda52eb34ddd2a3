import { describe, expect, test, vi } from 'vitest';
import { changesOf, through } from '../support/moments.ts';
import { alice, Browser, KEY, openTab } from './browser.ts';

describe('a listener', () => {
  test('the first has it listen, and the last has it stop (P5)', async () => {
    const browser = new Browser();
    const targets = [
      [globalThis, ['storage', KEY, 'pageshow']],
      [browser.document, ['visibilitychange']],
    ] as const;
    const listening = targets.map(([target]) => vi.spyOn(target as EventTarget, 'addEventListener'));
    const ended = targets.map(([target]) => vi.spyOn(target as EventTarget, 'removeEventListener'));
    const typesOf = (spies: typeof listening): unknown[] =>
      spies.map(({ mock }) => mock.calls.map(([type]) => type).filter((type) => type !== 'pagehide'));
    const types = targets.map(([, names]) => names);
    const traq = browser.tab();
    await through(traq.login(alice));
    expect(typesOf(listening)).toEqual([[], []]);
    const stops = [traq.onSessionChange(() => {}), traq.onSessionChange(() => {})];
    expect(typesOf(listening)).toEqual(types);
    stops[0]?.();
    expect(typesOf(ended)).toEqual([[], []]);
    stops[1]?.();
    expect(typesOf(ended)).toEqual(types);
    stops[1]?.();
    expect(typesOf(ended)).toEqual(types);
    traq.onSessionChange(() => {});
    expect(typesOf(listening)).toEqual(types.map((names) => [...names, ...names]));
  });

  test('it works where nothing can be listened to: a worker has neither document nor storage (P5)', async () => {
    const browser = new Browser();
    for (const name of ['document', 'localStorage', 'addEventListener', 'removeEventListener', 'dispatchEvent']) {
      vi.stubGlobal(name, undefined);
    }
    const traq = browser.tab();
    const told: string[] = [];
    const stop = traq.onSessionChange(({ type }) => told.push(type));
    await through(traq.login(alice));
    stop();
    expect(told).toEqual(['login']);
  });

  test('a logout while nobody is known to be logged in is no change (P5)', async () => {
    const { traq } = openTab();
    const told = changesOf(traq);
    await through(traq.logout());
    await through(traq.logout());
    expect(told).toEqual(['logout here']);
  });

  test('a logout elsewhere is no change for a page that knows that nobody is logged in (P5)', async () => {
    const browser = new Browser();
    const [one, other] = [browser.tab(), browser.tab()];
    const told = changesOf(other);
    await through(other.ready());
    await through(one.logout());
    expect(told).toEqual([]);
  });
});
