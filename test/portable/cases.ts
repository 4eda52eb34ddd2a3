import type { PortableCase } from './case.ts';
import { browserCases } from './cases/browser.ts';
import { callCases } from './cases/calls.ts';
import { fetchCases } from './cases/fetch.ts';
import { processCases } from './cases/process.ts';
import { sessionCases } from './cases/session.ts';
import { storyCases } from './cases/story.ts';

/**
 * What a runtime can break: its headers, bodies, streams, redirects, signals, timers, files and ports. The rules
 * themselves are tested elsewhere. Each case runs end to end, on the built package, against a fake traQ behind HTTP.
 * No test framework is known here, so that whatever can load a module can run them.
 */
export const portableCases: readonly PortableCase[] = [
  ...storyCases,
  ...callCases,
  ...fetchCases,
  ...sessionCases,
  ...processCases,
  ...browserCases,
];
