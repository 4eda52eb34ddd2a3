import type { FakeTraq } from '../../src/testing/index.ts';

/** Delays requests of a path, or responses, each by what `delays` gives in turn, in ms. */
export function delayAll(server: FakeTraq, at: 'before' | 'after', delays: () => number, path: RegExp = /./): void {
  const until: PromiseLike<unknown> = {
    // biome-ignore lint/suspicious/noThenProperty: it is asked at each request.
    then: (resolve) => Promise.resolve().then(() => void setTimeout(() => resolve?.(undefined), delays())) as never,
  };
  server.inject({ kind: 'stall', at, until, path, times: Number.POSITIVE_INFINITY });
}
