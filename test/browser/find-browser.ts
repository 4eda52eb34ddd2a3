import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type LaunchOptions } from 'playwright';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** No sandbox, so that root and containers can run it; and nothing that would call home. */
const args: readonly string[] = [
  '--no-sandbox',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  // Names and addresses beyond loopback lead nowhere, whoever asks for them.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.*',
];

/** The package's own looks for its font where AWS has it; without any font the browser dies of the first form. */
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts/fonts</dir>
</fontconfig>
`;

/**
 * How to launch the browser for tests: on Linux x64 the one that an npm package carries, else an installed Chrome.
 *
 * @returns undefined if there is none.
 */
export async function findBrowser(): Promise<LaunchOptions | undefined> {
  if (process.platform === 'linux' && process.arch === 'x64' && !isMusl()) return await packagedBrowser();
  const installed: LaunchOptions = { channel: 'chrome', args: [...args] };
  try {
    await (await chromium.launch(installed)).close();
    return installed;
  } catch {
    return undefined;
  }
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}

async function packagedBrowser(): Promise<LaunchOptions> {
  const folder = await unpackedBrowser();
  const env = {
    ...process.env,
    // The package brings the libraries that a bare machine lacks, and a font.
    LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
  };
  return { executablePath: join(folder, 'chromium'), args: [...args], env };
}

/** The folder with the unpacked browser, beside the package that it is in: gone and made anew with it. */
async function unpackedBrowser(): Promise<string> {
  const manifest = await readFile(join(root, 'node_modules/@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const cache = join(root, 'node_modules/.cache');
  const folder = join(cache, `browser-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'browser-'));
  await unpackInto(fresh);
  await writeFile(join(fresh, 'fonts.conf'), fontsConfiguration);
  // Whole folders only: another run may be unpacking as well, and the first one to be done is as good.
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  return folder;
}

/** Has the package unpack itself, in a process of its own, since it does as its environment says and adds to it. */
async function unpackInto(folder: string): Promise<void> {
  const program = "await (await import('@sparticuz/chromium')).default.executablePath();";
  const env = { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x', NODE_OPTIONS: '' };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, env });
  await Promise.all([folder, join(folder, 'chromium')].map((path) => chmod(path, 0o755)));
}
