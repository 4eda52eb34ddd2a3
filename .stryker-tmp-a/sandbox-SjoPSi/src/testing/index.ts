export type { FakeFetch } from './fake-fetch.ts';
export { createFakeTraq } from './fake-traq.ts';
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
export type { FakeSession, FakeTraq } from './interface.ts';
export type { FakeToken, FakeTraqOptions, FakeUser } from './options.ts';
export type { FakeRequest } from './request-log.ts';
export type { FakeOperation } from './router.ts';
