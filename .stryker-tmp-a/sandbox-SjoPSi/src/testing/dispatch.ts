import type { Answer, IncomingCall } from './exchange.ts';
import type { Faults } from './faults.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { describeRequest, type FakeRequest, record } from './request-log.ts';
import { createRouter } from './router.ts';
import { answer, commonHeaders } from './server.ts';
import type { State } from './state.ts';

/** Hands a request to the fake. */
export type Dispatch = (call: IncomingCall) => Promise<Outcome>;

/** Makes the {@link Dispatch} of a fake; requests go into `log` if there is one. */
export function createDispatch(state: State, faults: Faults, log: FakeRequest[] | undefined): Dispatch {
  const route = createRouter(state);
  return async (call) => {
    const destination = route(call);
    const act = (): Promise<Answer> => answer(state, destination, call);
    const request = describeRequest(call, destination);
    if (log !== undefined) record(log, request);
    const fault = faults.take(request);
    if (fault === undefined) return { kind: 'answer', answer: await act() };
    return outcomeOf(fault, { request, act, commonHeaders: () => commonHeaders(state, call) });
  };
}
