import type { Control } from './control.ts';

/** The main module, as the build made it. */
export type TraqAuthModule = typeof import('../../src/index.ts');
/** The module for tests, as the build made it. */
export type TestingModule = typeof import('../../src/testing/index.ts');

/** What only a process has, and a page lacks. */
export interface ProcessContext {
  readonly node: typeof import('../../src/node/index.ts');
  /** A new, empty folder of the case's own. */
  readonly folder: string;
  /** Runs a module of this folder in a new process of the same runtime, and tells how it ended. */
  readonly run: (module: string, ...args: string[]) => Promise<FinishedProcess>;
}

/** A process that has ended. */
export interface FinishedProcess {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From its last output to its end. */
  readonly idleMs: number;
}

/** What a case is given: the built package, and a fake traQ of its own behind HTTP. */
export interface Context {
  readonly traqAuth: TraqAuthModule;
  readonly testing: TestingModule;
  /** API root of the fake; in a page it is on the page's own origin. */
  readonly baseUrl: string;
  readonly origin: string;
  /** The fake under its own address, which is another origin than the page's. */
  readonly elsewhere: string;
  readonly control: Control;
  /** Absent in pages and workers. */
  readonly process: ProcessContext | undefined;
}

/** One thing that must hold in every runtime named. */
export interface PortableCase {
  /** A sentence led by the member under test. */
  readonly name: string;
  /** `managed`: Node, Bun and Deno; `browser`: pages and workers. */
  readonly where: 'everywhere' | 'managed' | 'browser';
  readonly run: (context: Context) => Promise<void>;
}

/** The users of every case's fake. */
export const alice = { name: 'alice', password: 'password-alice' } as const;
export const bob = { name: 'bob', password: 'password-bob' } as const;
/** Its providers. */
export const providers: readonly string[] = ['github', 'oidc'];

/** What only a process has; a case that needs it runs nowhere else. */
export function processOf({ process }: Context): ProcessContext {
  if (process === undefined) throw new Error('this case is for runtimes that have processes and files');
  return process;
}
