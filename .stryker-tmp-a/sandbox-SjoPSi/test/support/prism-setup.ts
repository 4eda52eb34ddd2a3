import type { TestProject } from 'vitest/node';
import { startPrism } from './prism-server.ts';

/** Starts Prism once for all test files: loading it is most of what it costs. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, recordUrl, close } = await startPrism();
  project.provide('prism', { url, recordUrl });
  return close;
}
