// Checks format, lint, types and generated code side by side, and speaks of what fails alone. Prevents that `npm test`
// spends its time waiting on one processor while another stands idle.
import { exec } from 'node:child_process';
import { promisify } from 'node:util';

// The types of the package's own tests read what the build writes.
const lines = ['npm run -s lint', 'npm run -s build && npm run -s types', 'npm run -s generate -- --check'];

async function check(line: string): Promise<void> {
  try {
    await promisify(exec)(line);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    console.error(`FAILED  ${line}\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
}

await Promise.all(lines.map(check));
