/** What the platform sends by. */
interface Dispatcher {
  destroy(): Promise<void>;
}

/** Connections that nobody else uses. */
export interface Connections {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Ends them all, those that came too late included. */
  end(): Promise<void>;
}

/**
 * The platform's fetch over connections of its own. The pool that it has by default outlives a server, and connects anew
 * to where a request was aborted: if the next server is on the same port, that attempt's failure is taken for its own.
 */
export async function openConnections(): Promise<Connections> {
  const dispatcher = new (await agentClass())();
  return {
    fetch: (url, init) => fetch(url, { ...init, dispatcher } as RequestInit),
    end: () => dispatcher.destroy(),
  };
}

/** The class of the default pool: the platform does not give it out by name. */
async function agentClass(): Promise<new () => Dispatcher> {
  // Newer platforms first: what they keep under the older key may be a wrapper around it.
  const keys = [2, 1].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));
  const isThere = (key: symbol): boolean => Reflect.has(globalThis, key);
  // It is made when fetch is first used.
  if (!keys.some(isThere)) await fetch('data:,');
  const key = keys.find(isThere);
  if (key === undefined) throw new Error('this platform keeps its pool in another place');
  return Reflect.get(globalThis, key).constructor;
}
