import { isTraqError } from 'traq-auth/browser';
import { announce } from '../announce.ts';
import { button, whileBusy } from '../button.ts';
import { h, type Live } from '../dom.ts';
import { say, words } from '../language.ts';
import { problemSlot } from '../problem.ts';
import { traq } from '../traq.ts';
import { heading, type View } from '../view.ts';

/** The login, shown. */
export interface LoginView extends Omit<View, 'load'> {
  /** Whether it is logging in. */
  isBusy(): boolean;
}

/**
 * The login, which stands in front of whatever place was asked for.
 *
 * @param notice - why it is shown.
 * @param lastName - who was logged in, to save their typing it.
 * @param enter - goes on to the place that was asked for; if there is no login, the notice then says this.
 */
export function loginView(
  notice: Live | undefined,
  lastName: string,
  enter: (otherwise: Live) => Promise<void>,
): LoginView {
  const slot = problemSlot('login-problem');
  const title = say.login.title;
  const name = h('input', {
    id: 'name',
    name: 'name',
    autocomplete: 'username',
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
    value: lastName,
  });
  const password = h('input', {
    id: 'password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    'aria-describedby': 'login-problem',
  });
  const submit = h('button', { type: 'submit', class: 'button primary' }, title);
  const form = h(
    'form',
    { class: 'card login', method: 'post', onsubmit: (event) => void logIn(event) },
    field(name, say.login.name),
    field(password, say.login.password),
    slot.element,
    submit,
  );

  async function logIn(event: Event): Promise<void> {
    event.preventDefault();
    await whileBusy(submit, async () => {
      const credentials = { name: name.value.trim(), password: password.value };
      // From here on the password is in the request alone.
      password.value = '';
      slot.clear();
      try {
        // Another tab may have logged in meanwhile; if it was the same user, that is as good.
        await traq.login({ ...credentials, ifLoggedIn: 'keep' });
        await enter(say.login.notices.notKept);
      } catch (error) {
        explain(error);
      }
    });
  }

  function explain(error: unknown): void {
    slot.show(error);
    if (isTraqError(error, 'already_logged_in')) offerWaysOut(error);
    else if (isTraqError(error, 'bad_request')) name.focus();
    else password.focus();
  }

  function offerWaysOut(error: unknown): void {
    const goOn = button(say.login.goOn, () => enter(say.login.notices.elsewhere));
    const out = button(say.login.logOutFirst, () => logOutOther().catch(explain));
    slot.show(error, goOn, out);
    goOn.focus();
  }

  async function logOutOther(): Promise<void> {
    await traq.logout();
    slot.clear();
    announce(words().login.loggedOut);
    password.focus();
  }

  const lead = h('p', { class: 'lead' }, say.login.lead);
  const note = notice && h('p', { class: 'notice' }, notice);
  return {
    element: h('div', { class: 'narrow' }, heading(title), lead, note, form),
    title,
    isBusy: () => submit.classList.contains('is-busy'),
    focus() {
      (lastName === '' ? name : password).focus();
      if (notice) announce(notice());
    },
  };
}

function field(input: HTMLInputElement, label: Live): HTMLElement {
  return h('div', { class: 'field' }, h('label', { for: input.id }, label), input);
}
