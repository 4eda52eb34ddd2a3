import { execFile } from 'node:child_process';

/** What a command printed, and how it ended. */
export interface Run {
  readonly status: number;
  readonly stdout: string;
  /** Both streams, for people. */
  readonly output: string;
}

/** Runs a program to its end; a status other than 0 is a result as well. */
export function run(program: string, args: readonly string[], cwd: string = process.cwd()): Promise<Run> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, maxBuffer: 64 * 1024 * 1024, env: environment() }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ status: Number(error?.code ?? 0), stdout, output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** Runs a program of Node's own. */
export function runNode(args: readonly string[], cwd?: string): Promise<Run> {
  return run(process.execPath, args, cwd);
}

/** What npm and tsx tell the programs that they start would change what those do. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|FORCE_COLOR$)/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
