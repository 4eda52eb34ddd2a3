import type { SessionStore, TraqAuth } from '../../src/index.ts';
import { Stage } from './stage.ts';

/** What the clients have. */
export interface Setting {
  readonly store: () => SessionStore | undefined;
  readonly clients: number;
  readonly credentials: boolean;
}

/** What ought to be the case. */
export interface Model {
  password: string;
  /** For each client, whether it may hold a session; one that is in its store it finds in any case. */
  holds: boolean[];
}

/** The clients under test, and the server that they are compared with. */
export class World {
  readonly stage: Stage = new Stage();
  readonly store: SessionStore | undefined;
  readonly withCredentials: boolean;
  clients: TraqAuth[];
  /** Live sessions that are no client's: opened elsewhere, or left behind by a response that was lost. */
  readonly others: Set<string> = new Set();

  readonly model: Model;

  constructor(setting: Setting, model: Model) {
    this.model = model;
    this.store = setting.store();
    this.withCredentials = setting.credentials;
    this.clients = Array.from({ length: setting.clients }, () => this.client());
  }

  client(): TraqAuth {
    const { store: sessionStore, model } = this;
    const getCredentials = this.withCredentials ? () => ({ name: 'alice', password: model.password }) : undefined;
    return this.stage.client({ sessionStore, getCredentials });
  }

  /** Whether a client has a session that lives. */
  hasSession(who: number): boolean {
    return this.ours.length === 1 && (this.store !== undefined || this.model.holds[who] === true);
  }

  get ours(): string[] {
    return this.stage.tokens.filter((token) => !this.others.has(token));
  }
}

/** Something that happens: it changes the world, and says what must hold then. */
export type Step = (model: Model, world: World) => Promise<void>;

/** How a call ended: `ok`, the status of a response, or what it failed with. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    const value = await promise;
    return value instanceof Response ? value.status : 'ok';
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}

/** One of several calls; each says `ok`, or what it failed with. */
export async function call(traq: TraqAuth, kind: number, signal?: AbortSignal): Promise<unknown> {
  const options = signal === undefined ? {} : { signal };
  if (kind % 3 === 0) return await outcome(traq.sessions.list(options));
  if (kind % 3 === 1) return await outcome(traq.externalAccounts.list(options));
  const answer = await outcome(traq.fetch('/users/me', options));
  return answer === 200 ? 'ok' : answer === 401 ? 'not_logged_in' : answer;
}

export const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
