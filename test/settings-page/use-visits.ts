import { type Browser, chromium } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { expectAccessible } from './accessible.ts';
import { type Visit, type VisitOptions, visit } from './visit.ts';

/** The one browser of all tests; each visit has a profile of its own in it. */
export const openBrowser = (): Promise<Browser> => chromium.connect(inject('browserEndpoint'));

/**
 * For the tests of a file: gives what begins a visit. Each ends with its test: the state that its page is in then must be
 * accessible, and the browser must not have complained.
 */
export function useVisits(): (options?: VisitOptions) => Promise<Visit> {
  let browser: Browser;
  const visits: Visit[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const at of visits.splice(0)) {
      await using _ended = at;
      await expectAccessible(at.page);
      expect(at.complaints).toEqual([]);
    }
  });
  return async (options) => {
    const at = await visit(browser, options);
    visits.push(at);
    return at;
  };
}
