import { byId } from './dom.ts';
import { returnedFromProvider } from './linking.ts';
import { onReturn } from './other-tabs.ts';
import { addressOf } from './route.ts';
import { createStay, type Stay, showInMain } from './stay.ts';
import { keepTimesFresh } from './times.ts';
import { inTurn } from './traq.ts';
import type { Notice } from './view.ts';
import { loginView } from './views/login.ts';
import { preferences } from './views/preferences.ts';

let stay: Stay | undefined;
let lastName = '';

/**
 * Goes to the place that the address names, if there is a login; the browser alone knows, so the server is asked.
 *
 * @param otherwise - what the login says if there is none.
 */
async function enter(otherwise: Notice, returnedFrom?: string): Promise<void> {
  let isOver = false;
  const arriving = createStay((notice) => {
    if (isOver) return;
    isOver = true;
    arriving.close();
    showLogin(stay === arriving ? notice : otherwise);
  }, returnedFrom);
  await arriving.load();
  if (isOver) return;
  // Whoever opens the page starts at its top; whoever comes from the login or a provider goes on where they were.
  const comesFrom = byId('main').querySelector('form') !== null || returnedFrom !== undefined;
  stay = arriving;
  const name = arriving.open();
  if (comesFrom) arriving.focus();
  lastName = (await name) ?? lastName;
}

function showLogin(notice: Notice): void {
  stay = undefined;
  const login = loginView(notice, lastName, enter);
  showInMain(login);
  login.focus();
}

/** Another tab may have logged in or out, another device have ended the session. */
async function refresh(): Promise<void> {
  if (stay !== undefined) return await stay.load();
  try {
    await inTurn(({ sessions }) => sessions.list());
  } catch {
    // Still none, or nobody knows: the login stays, with whatever is being typed into it.
    return;
  }
  if (stay === undefined) await enter('elsewhere');
}

byId('preferences').replaceChildren(...preferences());
const returnedFrom = returnedFromProvider();
if (returnedFrom !== undefined) history.replaceState(null, '', addressOf('accounts'));
await enter('none', returnedFrom);
onReturn(() => void refresh());
keepTimesFresh();
