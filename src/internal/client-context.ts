import type { Api } from './api.ts';
import { CallSignals } from './call-signals.ts';
import { Callbacks } from './callbacks.ts';
import { RecentSet } from './recent-set.ts';
import type { Session } from './session/session.ts';
import type { Settings } from './settings.ts';

/** More tokens than two years of rotations bring; older ones are worthless. */
const MOST_SECRETS = 64;

/** What all calls of one client share. */
export class ClientContext {
  readonly settings: Settings;
  readonly api: Api;
  readonly signals: CallSignals = new CallSignals();
  readonly callbacks: Callbacks = new Callbacks();
  readonly secrets: RecentSet = new RecentSet(MOST_SECRETS);
  readonly #begin: (client: ClientContext) => Session;
  #session: Session | undefined;
  #takesNoStore: boolean | undefined;

  /** @param begin - chooses who holds the session; asked at first use (T11). */
  constructor(settings: Settings, api: Api, begin: (client: ClientContext) => Session) {
    this.settings = settings;
    this.api = api;
    this.#begin = begin;
    if (typeof settings.accessToken === 'string') this.secrets.add(settings.accessToken);
  }

  /** Whether the platform's `Request` takes `cache: 'no-store'` (T13). */
  get takesNoStore(): boolean {
    this.#takesNoStore ??= canSetCache();
    return this.#takesNoStore;
  }

  get session(): Session {
    this.#session ??= this.#begin(this);
    return this.#session;
  }
}

function canSetCache(): boolean {
  try {
    new Request('http://localhost/', { cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}
