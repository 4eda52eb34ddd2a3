// Builds the settings page and weighs what a browser loads of it. Prevents that the example grows past what its README
// says. (What its policy would refuse, `npm run test:example` sees.)
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import config from '../examples/settings-page/vite.config.ts';
import { weigh } from './package/installation.ts';

const limit = 30_000;

await build({ ...config, configFile: false, logLevel: 'warn' });
const folder = config.build?.outDir ?? '';
const { files } = await weigh(folder);
const loaded = files.filter((name) => /\.(js|css)$/.test(name));
const sizes = await Promise.all(loaded.map(async (name) => gzipSync(await readFile(`${folder}/${name}`)).length));
const total = sizes.reduce((sum, size) => sum + size, 0);
console.log(`${loaded.join(', ')}: ${total} B of ${limit}, gzipped`);
if (total === 0 || total > limit) process.exitCode = 1;
