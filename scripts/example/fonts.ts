import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from '../package/run.ts';

const folder = resolve('node_modules/.cache/screenshot-fonts');

/** Gets a font with Japanese in it, which a bare machine lacks; gives the file that tells a browser of it. */
export async function installFont(): Promise<string> {
  await mkdir(folder, { recursive: true });
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', '--prefix', folder, ...flags, '@expo-google-fonts/noto-sans-jp@0.4.3']);
  const file = join(folder, 'fonts.conf');
  await writeFile(file, `<fontconfig><dir>${folder}/node_modules</dir></fontconfig>\n`);
  return file;
}
