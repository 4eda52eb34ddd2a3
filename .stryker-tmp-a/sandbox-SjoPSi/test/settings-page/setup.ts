import { chromium } from 'playwright';
import type { TestProject } from 'vitest/node';
import { findBrowser } from '../browser/find-browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    browserEndpoint: string;
  }
}

/** Starts the one browser of all tests. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const options = await findBrowser();
  if (options === undefined) throw new Error('No browser: an installed Chrome is needed (on Linux x64 npm brings one)');
  const server = await chromium.launchServer({ ...options, host: '127.0.0.1' });
  provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}
