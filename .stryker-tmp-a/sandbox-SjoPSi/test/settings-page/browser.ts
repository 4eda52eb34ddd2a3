import { type Browser, chromium } from 'playwright';
import { inject } from 'vitest';

/** The one browser of all tests; each visit has a profile of its own in it. */
export const openBrowser = (): Promise<Browser> => chromium.connect(inject('browserEndpoint'));
