// Runs in the pages and workers of the stage, which is where a scenario has things done, by name.
import type { SessionChange, TraqAuth } from '../../src/browser.ts';

/** The built package, as the stage serves it in front of this. */
declare const traqAuth: typeof import('../../src/browser.ts');

/** What came of a call: `ok`, or the code of its error. */
type Outcome = string;

const base = '/api/v3';
/** The query of the page that does its part in a frame. */
const sandboxed = '?sandboxed';
let client: TraqAuth | undefined;
let worker: Worker | undefined;
const events: string[] = [];
const persisted: boolean[] = [];

// Made when needed: a page that does nothing must not listen to anything.
function traq(): TraqAuth {
  client ??= traqAuth.createTraqAuth({ baseUrl: base });
  return client;
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** Different outcomes with their counts, such as `ok 7, not_logged_in 1`. */
function counted(outcomes: readonly string[]): string {
  const kinds = [...new Set(outcomes)].sort();
  return kinds.map((kind) => `${kind} ${outcomes.filter((one) => one === kind).length}`).join(', ');
}

async function many(count: number, call: () => Promise<Outcome>): Promise<string> {
  return counted(await Promise.all(Array.from({ length: count }, call)));
}

const login = (name: string): Promise<unknown> => traq().login({ name, password: `password-${name}` });

async function inWorker(name: keyof Actions, ...args: unknown[]): Promise<unknown> {
  worker ??= new Worker('/page.js');
  const { port1, port2 } = new MessageChannel();
  const replied = new Promise<string>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage({ name, args }, [port2]);
  const { value, error } = JSON.parse(await replied);
  if (error !== undefined) throw new Error(error);
  return value;
}

/** Lists the sessions in a frame that may run scripts and nothing else. */
async function inSandbox(): Promise<Outcome> {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', 'allow-scripts');
  frame.src = `/${sandboxed}`;
  const replied = new Promise<string>((resolve) => {
    addEventListener('message', ({ source, data }) => source === frame.contentWindow && resolve(data));
  });
  document.body.append(frame);
  return JSON.parse(await replied).value;
}

const actions = {
  /** So many calls at once. @param at - when, so that two tabs can do it at the same moment. */
  list: async (count: number, at = 0): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
    return await many(count, () => outcomeOf(traq().sessions.list()));
  },
  /** As `list`, with the milliseconds that it took. */
  timed: async (count: number): Promise<{ outcome: string; tookMs: number }> => {
    const started = performance.now();
    const outcome = await actions.list(count);
    return { outcome, tookMs: Math.round(performance.now() - started) };
  },
  /** Sends a call and does not wait for it. */
  start: (): void => void outcomeOf(traq().sessions.list()),
  /** So many plain requests, without the package. */
  plain: async (count: number): Promise<string> =>
    await many(count, async () => String((await fetch(`${base}/users/me/sessions`)).status)),
  plainLogout: async (): Promise<number> => (await fetch(`${base}/logout`, { method: 'POST' })).status,
  login: (name: string): Promise<Outcome> => outcomeOf(login(name)),
  logout: (): Promise<Outcome> => outcomeOf(traq().logout()),
  /** Where to a login, a link and a logout lead. */
  redirects: async (): Promise<(string | undefined)[]> => {
    const loggedIn = await traq().login({ name: 'alice', password: 'password-alice', redirect: '/in' });
    const { url } = await traq().externalAccounts.link('github');
    const loggedOut = await traq().logout({ redirect: '/out' });
    return [loggedIn.location, url, loggedOut.location];
  },
  ready: (): Promise<boolean> => traq().ready(),
  listen: (): void =>
    void traq().onSessionChange(({ type, origin }: SessionChange) => events.push(`${type} ${origin}`)),
  /** What was told since the last time. */
  told: async (): Promise<string> => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return events.splice(0).join(', ');
  },
  /** Takes the lock of the package and never lets go of it. */
  hold: async (): Promise<void> =>
    await new Promise((resolve) => {
      void navigator.locks.request(`traq-auth:${origin}`, () => {
        resolve();
        return new Promise(() => {});
      });
    }),
  /** As apps do at logout. */
  clearStorage: (): void => localStorage.clear(),
  /** Whether the page came out of the back/forward cache, and else why not, where the engine tells. */
  restored: (): string => {
    const [entry] = performance.getEntriesByType('navigation') as { notRestoredReasons?: object | null }[];
    return persisted.at(-1) ? 'yes' : `no ${JSON.stringify(entry?.notRestoredReasons ?? null)}`;
  },
  inWorker: (name: string, ...args: unknown[]): Promise<unknown> => inWorker(name as keyof Actions, ...args),
  inSandbox: (): Promise<Outcome> => inSandbox(),
};

/** What a page can be told to do. */
export type Actions = typeof actions;

/** Does something by name; the text is what came of it. */
async function act({ name, args }: { name: keyof Actions; args: unknown[] }): Promise<string> {
  try {
    const value = await (actions[name] as (...given: unknown[]) => unknown)(...args);
    return JSON.stringify({ value });
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}
Object.assign(globalThis, { act });

if (typeof document === 'undefined') {
  addEventListener('message', async ({ data, ports }: MessageEvent) => ports[0]?.postMessage(await act(data)));
} else {
  addEventListener('pageshow', (event) => persisted.push(event.persisted));
  if (location.search === sandboxed) {
    void act({ name: 'list', args: [1] }).then((text) => parent.postMessage(text, '*'));
  }
}
