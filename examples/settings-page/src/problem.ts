import { isTraqError, type TraqError } from 'traq-auth/browser';
import { button } from './button.ts';
import { h, type Live } from './dom.ts';
import { say, words } from './language.ts';
import { hasEnded } from './traq.ts';

/** A place on the page for what goes wrong, where it belongs; empty as long as nothing does. */
export interface ProblemSlot {
  readonly element: HTMLElement;
  show(error: unknown, ...actions: HTMLElement[]): void;
  clear(): void;
  /** Runs work, and shows what goes wrong with it, except the end of the login: that calls `ended`. */
  attempt(work: () => Promise<void>, ended: () => void): Promise<void>;
}

export function problemSlot(id?: string): ProblemSlot {
  const element = h('div', { class: 'slot', id });
  const show: ProblemSlot['show'] = (error, ...actions) => element.replaceChildren(problem(error, ...actions));
  const clear = (): void => element.replaceChildren();
  return {
    element,
    show,
    clear,
    async attempt(work, ended) {
      clear();
      try {
        await work();
      } catch (error) {
        if (hasEnded(error)) ended();
        else show(error);
      }
    },
  };
}

/** What went wrong, in the reader's language; what the server said of it, and what its administrators ask for, at hand. */
function problem(error: unknown, ...actions: HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'problem' },
    h('p', { role: 'alert' }, () => sentence(error)),
    actions.length === 0 ? undefined : h('div', { class: 'actions' }, ...actions),
    isTraqError(error) ? details(error) : undefined,
  );
}

/** Says in a few words why a call failed. */
function sentence(error: unknown): string {
  const { problems } = words();
  if (!isTraqError(error)) return problems.unknown;
  if (error.code === 'rate_limited' && error.retryAfterMs) {
    return problems.rate_limited_for(Math.ceil(error.retryAfterMs / 1000));
  }
  if (error.code === 'bad_request' && error.operation === 'login') return problems.bad_login;
  return problems[error.code];
}

function details({ serverMessage, requestId, method, route, status, code }: TraqError): HTMLElement {
  const call = `${method ?? ''} ${route ?? ''}: ${status ?? ''} ${code}`;
  const facts = [
    ...fact(say.details.server, serverMessage && h('q', { lang: 'en' }, serverMessage)),
    ...fact(say.details.request, requestId && h('code', {}, requestId)),
    ...fact(say.details.call, h('code', {}, call)),
  ];
  return h('details', {}, h('summary', {}, say.details.summary), h('dl', {}, ...facts));
}

function fact(name: Live, value: HTMLElement | '' | undefined): HTMLElement[] {
  return value ? [h('dt', {}, name), h('dd', {}, value)] : [];
}

/** A button that tries what failed once more. */
export function tryAgain(work: () => Promise<void>): HTMLElement {
  return button(say.tryAgain, work);
}
