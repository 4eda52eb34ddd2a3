import type { PortableCase } from './case.ts';
import { accountCases } from './cases/accounts.ts';
import { browserCases } from './cases/browser.ts';
import { callCases } from './cases/calls.ts';
import { fetchCases } from './cases/fetch.ts';
import { loginCases } from './cases/login.ts';
import { processCases } from './cases/process.ts';
import { sessionCases } from './cases/session.ts';

/**
 * What must hold in every runtime: each case end to end, on the built package, against a fake traQ behind HTTP.
 * No test framework is known here, so that whatever can load a module can run them.
 */
export const portableCases: readonly PortableCase[] = [
  ...loginCases,
  ...accountCases,
  ...callCases,
  ...fetchCases,
  ...sessionCases,
  ...processCases,
  ...browserCases,
];
