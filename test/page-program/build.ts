import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { build, type InlineConfig } from 'vite';
import { programsIn } from '../../scripts/docs/snippets.ts';
import { projectRoot } from '../support/source.ts';

const dist = join(projectRoot, 'dist/browser.js');
const openapiFetch = join(projectRoot, 'node_modules/openapi-fetch/dist/index.mjs');

/** The README's program for a page, as it stands there. */
function pageProgram(): string {
  const program = programsIn(projectRoot, 'README.md').find(({ words }) => words.includes('page'));
  if (program === undefined) throw new Error('README.md has no program for a page');
  return program.code;
}

/** Writes the program as a page without a build loads it: nothing but its types is taken out. */
export async function writePlainPage(folder: string): Promise<void> {
  const { code } = await transform(pageProgram(), { loader: 'ts' });
  await writeFile(join(folder, 'page-program.js'), code);
  await copyFile(dist, join(folder, 'browser.js'));
  await copyFile(openapiFetch, join(folder, 'openapi-fetch.js'));
  const imports = { 'traq-auth/browser': '/browser.js', 'openapi-fetch': '/openapi-fetch.js' };
  const page = `<!doctype html><title>plain</title>
    <script type="importmap">${JSON.stringify({ imports })}</script>
    <button type="button">Link GitHub</button>
    <script type="module">
      import { linkGitHub } from '/page-program.js';
      document.querySelector('button').onclick = () => linkGitHub('alice', 'password-alice');
    </script>`;
  await writeFile(join(folder, 'plain.html'), page);
}

/**
 * Builds the React app around the program for production: `index.html` as a page renders it, `rendered.html` with what a
 * server has rendered.
 */
export async function buildReactPages(folder: string): Promise<void> {
  const program = join(folder, 'page-program.ts');
  await writeFile(program, pageProgram());
  const config: InlineConfig = {
    configFile: false,
    root: join(import.meta.dirname, 'app'),
    logLevel: 'warn',
    resolve: { alias: { 'virtual:page-program': program, 'traq-auth/browser': dist } },
  };
  await build({ ...config, build: { outDir: folder, emptyOutDir: false } });
  const onServer = { ssr: 'on-server.tsx', outDir: join(folder, 'server'), emptyOutDir: false };
  await build({ ...config, ssr: { noExternal: true }, build: onServer });
  const { content } = (await import(pathToFileURL(join(folder, 'server/on-server.js')).href)) as { content: string };
  const page = await readFile(join(folder, 'index.html'), 'utf8');
  const rendered = page.replace('<div id="root"></div>', `<div id="root">${content}</div>`);
  if (rendered === page || content === '') throw new Error('the server has rendered nothing');
  await writeFile(join(folder, 'rendered.html'), rendered);
}
