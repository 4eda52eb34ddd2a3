import { isTraqError } from '../../src/index.ts';

/** A fetch that keeps a note of each request: method, route and status, as the server saw them. */
export interface TracedFetch {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The notes since the last call. */
  take(): string[];
}

export function traceFetch(): TracedFetch {
  const notes: string[] = [];
  return {
    async fetch(url, init) {
      const route = `${init.method} ${templateOf(new URL(url).pathname)}`;
      try {
        const response = await fetch(url, init);
        notes.push(`${route} → ${response.status}`);
        return response;
      } catch (error) {
        notes.push(`${route} → no answer`);
        throw error;
      }
    },
    take: () => notes.splice(0),
  };
}

function templateOf(path: string): string {
  return path
    .replace(/^.*?(?=\/(login|logout|users)(\/|$))/, '')
    .replace(/[\da-f]{8}(-[\da-f]{4,12}){4}/i, '{sessionId}');
}

/** Runs the steps of a story, and prints a line for each: what was called, by which route, what came back. */
export class Story {
  readonly #trace: TracedFetch;
  #step = 0;

  constructor(trace: TracedFetch) {
    this.#trace = trace;
  }

  /** A sentence between the steps. */
  say(text: string): void {
    console.log(`\n${text}`);
  }

  /** A step that succeeds, and what to say of its result. */
  async step<T>(call: string, work: () => Promise<T>, tell: (result: T) => string): Promise<T> {
    const result = await work();
    this.#print(call, tell(result));
    return result;
  }

  /** A step that is to fail with this code. */
  async refused(call: string, code: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isTraqError(error) || error.code !== code) throw error;
      this.#print(call, `${error.code} ("${error.serverMessage}")`);
      return;
    }
    throw new Error(`${call} succeeded, where ${code} was expected`);
  }

  #print(call: string, result: string): void {
    this.#step++;
    const notes = this.#trace.take();
    const routes = [...new Set(notes)].map((note) => `${times(notes, note)}${note}`).join(', ');
    console.log(`${String(this.#step).padStart(2)}. ${call.padEnd(38)}  ${routes.padEnd(46)}  ${result}`);
  }
}

function times(notes: readonly string[], note: string): string {
  const { length } = notes.filter((other) => other === note);
  return length > 1 ? `${length} × ` : '';
}

/** One sentence for a person: no stack, no secret. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `1 session`, `2 sessions`. */
export function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;
}
