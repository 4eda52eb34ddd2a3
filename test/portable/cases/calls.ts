import { alice, type PortableCase } from '../case.ts';
import { check, equal, failure, rejection } from '../check.ts';

/** What every call has in common: failures, retries, abort, time limit. */
export const callCases: readonly PortableCase[] = [
  {
    name: 'sessions.list is sent again after a 503, and a login is not (T8)',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await context.control.inject({ kind: 'status', status: 503, operation: 'login' });
      const error = await failure(context, traq.login(alice), 'server_error');
      equal(error.status, 503, 'the status');
      await traq.login(alice);
      await context.control.inject({
        kind: 'status',
        status: 503,
        retryAfter: 0,
        operation: 'getMySessions',
        times: 2,
      });
      equal((await traq.sessions.list()).length, 1, 'sessions');
      equal((await context.control.requests()).length, 5, 'requests');
    },
  },
  {
    name: 'rate_limited tells how long the server asks to wait',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl, maxRetries: 0 });
      await traq.login(alice);
      await context.control.inject({ kind: 'status', status: 429, retryAfter: 7 });
      const error = await failure(context, traq.sessions.list(), 'rate_limited');
      equal(error.retryAfterMs, 7000, 'retryAfterMs');
    },
  },
  {
    name: 'unexpected_response is what HTML and broken JSON come to',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      await traq.login(alice);
      await context.control.inject({ kind: 'html' });
      const error = await failure(context, traq.sessions.list(), 'unexpected_response');
      check(error.message.includes('check baseUrl'), 'the message says what to look at');
      await context.control.inject({ kind: 'truncated-json' });
      await failure(context, traq.sessions.list(), 'unexpected_response');
    },
  },
  {
    name: 'unexpected_response is what a redirect that nobody asked for comes to; it is not followed (T1)',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl });
      const headers = { location: '/api/v3/version' };
      await context.control.inject({ kind: 'status', status: 302, body: '', headers, times: 10 });
      for (const call of [() => traq.login(alice), traq.logout, traq.sessions.list]) {
        const error = await failure(context, call(), 'unexpected_response');
        check(error.message.includes('a redirect that was not asked for'), `it is named: ${error.message}`);
        check(error.status === 302 || error.status === undefined, `no status is invented: ${error.status}`);
      }
      const followed = (await context.control.requests()).filter(({ path }) => path.endsWith('/version'));
      equal(followed.length, 0, 'requests that followed it');
    },
  },
  {
    name: 'network is what a connection that is cut comes to, and the cause is kept',
    where: 'everywhere',
    async run(context) {
      await context.control.inject({ kind: 'reset', times: 100 });
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl, maxRetries: 0 });
      const error = await failure(context, traq.sessions.list(), 'network');
      check(error.cause instanceof Error, 'there is a cause');
      equal([error.status, error.operation], [undefined, 'getMySessions'], 'status and operation');
    },
  },
  {
    name: 'network is what an answer that breaks off comes to',
    where: 'everywhere',
    async run(context) {
      const traq = context.traqAuth.createTraqAuth({ baseUrl: context.baseUrl, maxRetries: 0 });
      await traq.login(alice);
      await context.control.inject({ kind: 'reset', at: 'body' });
      await failure(context, traq.sessions.list(), 'network');
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
      for (const [at, count] of [
        ['before', 2],
        ['body', 3],
      ] as const) {
        await control.inject({ kind: 'stall', at });
        const controller = new AbortController();
        const call = rejection(traq.sessions.list({ signal: controller.signal }));
        await control.arrived(count);
        controller.abort(reason);
        check((await call) === reason, `stalled ${at}`);
      }
      const controller = new AbortController();
      await control.inject({ kind: 'stall', at: 'before' });
      const call = rejection(traq.sessions.list({ signal: controller.signal }));
      await control.arrived(4);
      controller.abort();
      check((await call) === controller.signal.reason, "the platform's own reason");
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
      const waiting = await failure(context, traq.externalAccounts.list({ timeoutMs: 80 }), 'timeout');
      check(waiting.message.includes('80 ms'), `the message says how long: ${waiting.message}`);
      await context.control.inject({ kind: 'stall', at: 'body', operation: 'linkExternalAccount' });
      await failure(context, traq.externalAccounts.link('gitlab', { timeoutMs: 80 }), 'timeout');
      equal((await traq.sessions.list()).length, 1, 'the session lives');
    },
  },
];
