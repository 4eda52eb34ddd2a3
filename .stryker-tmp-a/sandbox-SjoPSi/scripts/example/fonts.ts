import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const folder = fileURLToPath(new URL('../../node_modules/.cache/screenshot-fonts', import.meta.url));
const font = '@expo-google-fonts/noto-sans-jp';
const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">node_modules/${font}/400Regular</dir>
  <dir prefix="relative">node_modules/${font}/500Medium</dir>
  <dir prefix="relative">node_modules/${font}/600SemiBold</dir>
</fontconfig>
`;

/** Gets a font with Japanese in it, which a bare machine lacks; gives the file that tells a browser of it. */
export async function installFont(): Promise<string> {
  const file = join(folder, 'fonts.conf');
  if (!existsSync(join(folder, 'node_modules', font))) {
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'package.json'),
      `${JSON.stringify({ private: true, dependencies: { [font]: '0.4.3' } })}\n`,
    );
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    await promisify(execFile)('npm', ['install', ...flags], { cwd: folder });
  }
  await writeFile(file, configuration);
  return file;
}
