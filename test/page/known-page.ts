import { refusal } from '../support/answers.ts';
import { through } from '../support/moments.ts';
import { type Browser, DAY, openTab } from './browser.ts';

/** What the server says of a dead cookie. */
export const SENTENCE = 'You are not logged in';

/** A page that has passed its gate, and what was sent since. */
export async function knownPage(): Promise<{ browser: Browser; traq: ReturnType<Browser['tab']> }> {
  const { browser, traq } = openTab(DAY);
  await through(traq.ready());
  browser.clear();
  return { browser, traq };
}

/** The next request of a path is answered 401 as if its cookie had been replaced. */
export function refuseOnce(browser: Browser, path: string, message: string = SENTENCE, times: number = 1): void {
  browser.server.inject({ kind: 'response', path, times, respond: () => refusal(401, message) });
}
