import { alice, type PortableCase } from '../case.ts';
import { check, equal, failure, rejection } from '../check.ts';

/** How a call ends that gets no whole response: cut, aborted, out of time. */
export const callCases: readonly PortableCase[] = [
  {
    name: 'network is what a connection that is cut comes to, before the response or within it',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl, maxRetries: 0 });
      await traq.login(alice);
      await context.control.inject({ kind: 'reset', at: 'body' });
      await failure(context, traq.sessions.list(), 'network');
      await context.control.inject({ kind: 'reset', times: 100 });
      const error = await failure(context, traq.sessions.list(), 'network');
      check(error.cause instanceof Error, 'there is a cause');
    },
  },
  {
    name: 'sessions.list is sent again after a 503, on timers of the runtime (T8)',
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      const operation = 'getMySessions';
      await control.inject({ kind: 'status', status: 503, retryAfter: 0, operation, times: 2 });
      equal((await traq.sessions.list()).length, 1, 'sessions');
      equal((await control.requests()).length, 4, 'requests');
    },
  },
  {
    name: "abort rejects with the signal's own reason, before, while waiting and while reading (T7)",
    where: 'everywhere',
    async run({ traqAuth: { createTraqAuth }, baseUrl, control }) {
      const traq = createTraqAuth({ baseUrl });
      await traq.login(alice);
      const reason = { why: 'enough' };
      check((await rejection(traq.sessions.list({ signal: AbortSignal.abort(reason) }))) === reason, 'before');
      equal((await control.requests()).length, 1, 'requests');
      for (const [at, count, given] of [
        ['before', 2, [reason]],
        ['body', 3, [reason]],
        ['before', 4, []],
      ] as const) {
        await control.inject({ kind: 'stall', at });
        const controller = new AbortController();
        const call = rejection(traq.sessions.list({ signal: controller.signal }));
        await control.arrived(count);
        controller.abort(...given);
        check((await call) === controller.signal.reason, `stalled ${at}`);
      }
      equal((await traq.sessions.list()).length, 1, 'the session lives');
    },
  },
  {
    name: 'timeout ends a call that waits, or reads, for too long (T7)',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await traq.login(alice);
      // Each fault has its own operation: on a slow machine the time may be over before the request arrives.
      await context.control.inject({ kind: 'stall', operation: 'getMyExternalAccounts' });
      await failure(context, traq.externalAccounts.list({ timeoutMs: 80 }), 'timeout');
      await context.control.inject({ kind: 'stall', at: 'body', operation: 'linkExternalAccount' });
      await failure(context, traq.externalAccounts.link('gitlab', { timeoutMs: 80 }), 'timeout');
      equal((await traq.sessions.list()).length, 1, 'the session lives');
    },
  },
];
