// Checks format, lint, types and generated code side by side. Prevents that `npm test` spends its time waiting on one
// processor while another stands idle.
import { spawn } from 'node:child_process';

// The types of the package's own tests read what the build writes.
const lines = [['lint'], ['build', 'types'], ['generate', '--', '--check']];

async function run(script: string, ...rest: string[]): Promise<boolean> {
  const child = spawn('npm', ['run', '--silent', script, ...rest], { shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  npm run ${[script, ...rest].join(' ')}`);
  if (status !== 0) console.log(output);
  return status === 0;
}

async function inOrder(line: readonly string[]): Promise<boolean> {
  const [script = '', ...rest] = line;
  if (rest[0] === '--') return await run(script, ...rest);
  for (const each of line) if (!(await run(each))) return false;
  return true;
}

const results = await Promise.all(lines.map(inOrder));
if (!results.every(Boolean)) process.exitCode = 1;
