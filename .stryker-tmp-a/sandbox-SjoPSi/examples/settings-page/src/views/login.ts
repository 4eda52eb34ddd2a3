import { isTraqError } from 'traq-auth';
import { announce } from '../announce.ts';
import { button, whileBusy } from '../button.ts';
import { h, type Live } from '../dom.ts';
import { words } from '../language.ts';
import { tellOtherTabs } from '../other-tabs.ts';
import { problemSlot } from '../problem.ts';
import { inTurn, logOut } from '../traq.ts';
import { hasEnded, heading, type Notice } from '../view.ts';

/** The login, which stands in front of whatever place was asked for. */
export interface LoginView {
  readonly element: HTMLElement;
  readonly title: Live;
  focus(): void;
}

/**
 * @param lastName - who was logged in, to save their typing it.
 * @param enter - goes on to the place that was asked for.
 */
export function loginView(notice: Notice, lastName: string, enter: (otherwise: Notice) => Promise<void>): LoginView {
  const slot = problemSlot('login-problem');
  const title: Live = () => words().login.title;
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
  const submit = h('button', { type: 'submit', class: 'button primary' }, () => words().login.submit);
  const note = h('p', { class: 'notice' }, () => words().login.notices[notice]);
  const form = h(
    'form',
    { class: 'card login', method: 'post', onsubmit: (event) => void logIn(event) },
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'name' }, () => words().login.name),
      name,
    ),
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'password' }, () => words().login.password),
      password,
    ),
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
        await inTurn(({ login }) => login({ ...credentials, ifLoggedIn: 'keep' }));
        await enter('notKept');
        tellOtherTabs();
      } catch (error) {
        explain(error);
      }
    });
  }

  function explain(error: unknown): void {
    if (isTraqError(error, 'already_logged_in')) {
      offerWaysOut(error);
      return;
    }
    slot.show(error);
    if (isTraqError(error, 'bad_request')) name.focus();
    else password.focus();
  }

  function offerWaysOut(error: unknown): void {
    const goOn = button(
      () => words().login.goOn,
      () => enter('elsewhere').catch(explain),
    );
    const end = button(
      () => words().login.logOutFirst,
      () => endOther().catch(explain),
    );
    slot.show(error, goOn, end);
    goOn.focus();
  }

  async function endOther(): Promise<void> {
    try {
      await logOut({ allSessions: false });
    } catch (error) {
      if (!hasEnded(error)) throw error;
    }
    slot.clear();
    announce(words().login.loggedOut);
    password.focus();
  }

  const element = h(
    'div',
    { class: 'narrow' },
    heading(title),
    h('p', { class: 'lead' }, () => words().login.lead),
    notice === 'none' ? undefined : note,
    form,
  );
  return {
    element,
    title,
    focus() {
      (lastName === '' ? name : password).focus();
      announce(words().login.notices[notice]);
    },
  };
}
