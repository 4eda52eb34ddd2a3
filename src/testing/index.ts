/**
 * A fake of the server's authentication part, to test programs and pages against.
 *
 * @module traq-auth/testing
 */
export type { CookieJar, FakeCookie } from './cookie-jar.ts';
export { createFakeTraq } from './create-fake-traq.ts';
export type { FakeFetch } from './fake-fetch.ts';
export type { FakeSession, FakeTraq } from './fake-traq.ts';
export type { FakeToken, FakeTraqOptions, FakeUser } from './fake-traq-options.ts';
export type {
  FakeFault,
  FakeFaultTarget,
  FakeHtmlFault,
  FakeResetFault,
  FakeResponseFault,
  FakeStallFault,
  FakeStatusFault,
  FakeTruncatedJsonFault,
} from './faults.ts';
export type { FakeListener } from './http-listener.ts';
export type { FakeRequest } from './request-log.ts';
export type { FakeOperation } from './routes.ts';
