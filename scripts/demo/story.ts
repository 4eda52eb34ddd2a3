import { isTraqError } from '../../src/index.ts';

const notes: string[] = [];
let steps = 0;

/** A fetch that notes of each request what the server saw of it: method, route and status. */
export async function notedFetch(url: string, init: RequestInit): Promise<Response> {
  const path = new URL(url).pathname
    .replace(/^.*?(?=\/(login|logout|users)(\/|$))/, '')
    .replace(/[\da-f]{8}(-[\da-f]{4,12}){4}/i, '{sessionId}');
  let outcome: number | string = 'no response';
  try {
    const response = await fetch(url, init);
    outcome = response.status;
    return response;
  } finally {
    notes.push(`${init.method} ${path} → ${outcome}`);
  }
}

/** A sentence between the steps. */
export function say(text: string): void {
  console.log(`\n${text}`);
}

/** A step that succeeds, and what to say of its result. */
export async function step<T>(call: string, work: Promise<T>, told: string | ((result: T) => string)): Promise<T> {
  const result = await work;
  print(call, typeof told === 'string' ? told : told(result));
  return result;
}

/** A step that is to fail with this code. */
export async function refused(call: string, code: string, work: Promise<unknown>): Promise<void> {
  const error = await work.then(
    () => new Error(`${call} succeeded, where ${code} was expected`),
    (reason: unknown) => reason,
  );
  if (!isTraqError(error) || error.code !== code) throw error;
  print(call, `${error.code} ("${error.serverMessage}")`);
}

/** A line: what was called, by which routes, what came back. */
function print(call: string, result: string): void {
  const seen = notes.splice(0);
  const routes = [...new Set(seen)].map((note) => {
    const { length } = seen.filter((other) => other === note);
    return length > 1 ? `${length} × ${note}` : note;
  });
  steps += 1;
  console.log(`${String(steps).padStart(2)}. ${call.padEnd(38)}  ${routes.join(', ').padEnd(46)}  ${result}`);
}
