// Weighs the parts of the page bundle and writes the table into bench/README.md. Prevents that it is only guessed what
// a promise of this library costs a page.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { weighParts } from '../scripts/package/weights.ts';
import { writeReadme } from './report.ts';

await mkdir('reports', { recursive: true });
const folder = await mkdtemp(join('reports', 'weigh-'));
try {
  const entry = join(folder, 'page.ts');
  await writeFile(
    entry,
    "import { createTraqAuth } from '../../src/browser.ts';\nglobalThis.traq = createTraqAuth();\n",
  );
  const { whole, parts } = await weighParts(entry);
  const rows = parts.map(({ part, bytes }) => `| ${part} | ${bytes.toLocaleString('en')} |`);
  const table = ['| without | bytes less |', '| --- | ---: |', ...rows].join('\n');
  const text = `The page bundle has ${whole.toLocaleString('en')} bytes.\n\n${table}`;
  console.log(text);
  await writeReadme('npm run weigh', text);
} finally {
  await rm(folder, { recursive: true, force: true });
}
