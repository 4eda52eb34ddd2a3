import { isTraqError } from '../../src/index.ts';

const routes = new Map<string, number>();
let steps = 0;

/** A fetch that notes of each request what the server saw of it: method, route and status. */
export async function notedFetch(url: string, init: RequestInit): Promise<Response> {
  const [path] = /\/(login|logout|users)(\/.*)?$/.exec(new URL(url).pathname) ?? [];
  const response = await fetch(url, init);
  const note = `${init.method} ${path?.replace(/[\da-f]{8}(-[\da-f]{4,12}){4}/, '{sessionId}')} → ${response.status}`;
  routes.set(note, (routes.get(note) ?? 0) + 1);
  return response;
}

/** A sentence between the steps. */
export function say(text: string): void {
  console.log(`\n${text}`);
}

/** A step that succeeds, and what to say of its result. */
export async function step<T>(call: string, work: Promise<T>, tell: (result: T) => string): Promise<T> {
  const result = await work;
  print(call, tell(result));
  return result;
}

/** A step that is to fail with this code. */
export async function refused(call: string, code: string, work: Promise<unknown>): Promise<void> {
  const error = await work.catch((reason: unknown) => reason);
  if (!isTraqError(error) || error.code !== code) throw error ?? new Error(`${call} succeeded`);
  print(call, `${error.code} ("${error.serverMessage}")`);
}

/** A line: what was called, by which routes, what came back. */
function print(call: string, result: string): void {
  const seen = [...routes].map(([route, times]) => (times > 1 ? `${times} × ${route}` : route));
  console.log(`${`${++steps}`.padStart(2)}. ${call.padEnd(38)}  ${seen.join(', ').padEnd(46)}  ${result}`);
  routes.clear();
}
