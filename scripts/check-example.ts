// Builds the settings page and weighs what a browser loads of it. Prevents that the example grows past what its README
// says, and that something ends up in it as an inline script or style, which its policy would refuse.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import config from '../examples/settings-page/vite.config.ts';

const limit = 30_000;

await build({ ...config, configFile: false, logLevel: 'warn' });
const folder = config.build?.outDir ?? '';
const files = (await readdir(folder, { recursive: true })).filter((name) => /\.(js|css)$/.test(name)).sort();
let total = 0;
for (const name of files) {
  const { length } = gzipSync(await readFile(join(folder, name)), { level: 9 });
  total += length;
  console.log(`${name.padEnd(32)} ${length.toLocaleString('en').padStart(7)} B`);
}
console.log(
  `${'JS and CSS, gzip'.padEnd(32)} ${total.toLocaleString('en').padStart(7)} B of ${limit.toLocaleString('en')}`,
);

const html = await readFile(join(folder, 'index.html'), 'utf8');
const inline = html.match(/<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=/g) ?? [];
if (inline.length > 0) console.error(`index.html has what its policy forbids: ${inline.join(' ')}`);
if (files.length === 0 || total > limit || inline.length > 0) process.exitCode = 1;
