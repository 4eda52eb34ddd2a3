// Writes dist/: one module per export, with its types and source map. Prevents that internals can be imported from the
// package, and that half a build is left behind: nothing is written before everything is made.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleDeclarations } from './package/declarations.ts';
import { bundleModules } from './package/modules.ts';

const [modules, declarations] = await Promise.all([bundleModules(), bundleDeclarations()]);
await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await Promise.all([...modules, ...declarations].map(([name, text]) => writeFile(join('dist', name), text)));
