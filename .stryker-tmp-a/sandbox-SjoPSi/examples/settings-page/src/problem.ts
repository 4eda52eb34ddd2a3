import { isTraqError, type TraqError } from 'traq-auth';
import { button } from './button.ts';
import { h, type Live } from './dom.ts';
import { words } from './language.ts';

/** What went wrong, in the reader's language; what the server said of it, and what its administrators ask for, at hand. */
export function problem(error: unknown, ...actions: HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'problem' },
    h('p', { role: 'alert' }, () => sentence(error)),
    actions.length === 0 ? undefined : h('div', { class: 'actions' }, ...actions),
    details(error),
  );
}

/** Says in a few words why a call failed. */
export function sentence(error: unknown): string {
  const { problems } = words();
  if (!isTraqError(error)) return problems.unknown;
  if (error.code === 'rate_limited' && error.retryAfterMs) {
    return problems.rate_limited_for(Math.ceil(error.retryAfterMs / 1000));
  }
  if (error.code === 'bad_request' && error.operation === 'login') return problems.bad_login;
  return problems[error.code];
}

function details(error: unknown): HTMLElement | undefined {
  if (!isTraqError(error)) return undefined;
  const { serverMessage, requestId } = error;
  return h(
    'details',
    {},
    h('summary', {}, () => words().details.summary),
    h(
      'dl',
      {},
      ...fact(
        () => words().details.server,
        serverMessage === undefined ? undefined : h('q', { lang: 'en' }, serverMessage),
      ),
      ...fact(() => words().details.request, requestId === undefined ? undefined : h('code', {}, requestId)),
      ...fact(() => words().details.call, h('code', {}, call(error))),
    ),
  );
}

function call({ method, route, status, code }: TraqError): string {
  const request = [method, route].filter((part) => part !== undefined).join(' ');
  return `${request}: ${[status, code].filter((part) => part !== undefined).join(' ')}`;
}

function fact(name: Live, value: HTMLElement | undefined): HTMLElement[] {
  return value === undefined ? [] : [h('dt', {}, name), h('dd', {}, value)];
}

/** A button that tries what failed once more. */
export function tryAgain(work: () => Promise<void>): HTMLElement {
  return button(() => words().tryAgain, work);
}

/** A place on the page for a problem, where it belongs; empty as long as there is none. */
export interface ProblemSlot {
  readonly element: HTMLElement;
  show(error: unknown, ...actions: HTMLElement[]): void;
  clear(): void;
}

export function problemSlot(id?: string): ProblemSlot {
  const element = h('div', { class: 'slot', id });
  return {
    element,
    show: (error, ...actions) => element.replaceChildren(problem(error, ...actions)),
    clear: () => element.replaceChildren(),
  };
}
