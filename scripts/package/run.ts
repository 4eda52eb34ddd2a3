import { type ExecFileOptions, execFile } from 'node:child_process';

/** What a command printed, and how it ended. */
export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, for people. */
  readonly output: string;
}

/** Runs a program to its end; a status other than 0 is a result as well, and so is being stopped after `timeout`. */
export function run(program: string, args: readonly string[], options: ExecFileOptions = {}): Promise<Run> {
  const env = { ...environment(), ...options.env };
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { ...options, maxBuffer: 64 * 1024 * 1024, env, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error && typeof error.code === 'string') return reject(error);
        const status = error === null ? 0 : (error.code ?? 1);
        resolve({ status: Number(status), stdout, stderr, output: `${stdout}${stderr}`.trim() });
      },
    );
  });
}

/** Runs a program of Node's own. */
export function runNode(args: readonly string[], options?: ExecFileOptions): Promise<Run> {
  return run(process.execPath, args, options);
}

/** What npm and tsx tell the programs that they start would change what those do. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|FORCE_COLOR$)/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
