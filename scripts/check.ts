// Checks format, lint, types and generated code in parallel, and prints the output of those that fail. In parallel to
// them it runs the given command, such as the tests. Prevents that `npm test` leaves a processor idle.
import { exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

async function check(line: string): Promise<void> {
  try {
    await promisify(exec)(line);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    console.error(`FAILED  ${line}\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
}

/** Runs a command, and shows its output. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const [status] = await once(spawn(command, args, { stdio: 'inherit' }), 'close');
  if (status !== 0) process.exitCode = 1;
}

const [command, ...args] = process.argv.slice(2);
// The types of the package's own tests, and some tests, read what the build writes.
await check('npm run -s build');
if (process.exitCode === undefined) {
  const checks = ['npm run -s lint', 'npm run -s types', 'npm run -s generate -- --check'].map(check);
  await Promise.all(command === undefined ? checks : [...checks, run(command, args)]);
}
