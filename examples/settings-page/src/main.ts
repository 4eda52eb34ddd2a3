import { noteCurrentSession } from './current-session.ts';
import { byId, type Live } from './dom.ts';
import { say } from './language.ts';
import { returnedFromProvider } from './linking.ts';
import { addressOf } from './route.ts';
import { createStay, type Stay, showInMain } from './stay.ts';
import { keepTimesFresh } from './times.ts';
import { traq } from './traq.ts';
import { type LoginView, loginView } from './views/login.ts';
import { preferences } from './views/preferences.ts';

let stay: Stay | undefined;
let login: LoginView | undefined;
/** How often the page went somewhere: of two ways at once, the later one counts. */
let moves = 0;
let lastName = '';

/**
 * Goes to the place that the address names, if there is a login; the browser alone knows, so the server is asked.
 *
 * @param otherwise - what the login says if there is none.
 */
async function enter(otherwise?: Live, returnedFrom?: string): Promise<void> {
  const move = ++moves;
  const arriving = createStay((notice) => {
    if (move === moves) showLogin(stay === arriving ? notice : otherwise);
  }, returnedFrom);
  await arriving.load();
  if (move !== moves) return;
  stay?.close();
  stay = arriving;
  login = undefined;
  const name = arriving.open();
  // Whoever opens the page starts at its top; whoever comes from the login or a provider goes on where they were.
  if (move > 1 || returnedFrom !== undefined) arriving.focus();
  lastName = (await name) ?? lastName;
}

function showLogin(notice?: Live): void {
  moves++;
  stay?.close();
  stay = undefined;
  login = loginView(notice, lastName, enter);
  showInMain(login);
  login.focus();
}

/** Back from wherever one was: another device may have ended the session, or changed what is shown. */
async function refresh(): Promise<void> {
  if (stay) await stay.load();
  // A login that it finds is told as a change.
  else await traq.ready().catch(() => false);
}

const elsewhere = say.login.notices.elsewhere;
byId('preferences').replaceChildren(...preferences());
noteCurrentSession();
traq.onSessionChange(({ type, origin }) => {
  // What is done here says itself what has come of it; so does the form, when it finds somebody logged in.
  if (origin === 'here' || login?.isBusy()) return;
  if (type !== 'logout') void enter(elsewhere);
  else if (stay) showLogin(elsewhere);
});
const returnedFrom = returnedFromProvider();
if (returnedFrom !== undefined) history.replaceState(null, '', addressOf('accounts'));
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void refresh());
addEventListener('pageshow', ({ persisted }) => persisted && void refresh());
keepTimesFresh();
await enter(undefined, returnedFrom);
