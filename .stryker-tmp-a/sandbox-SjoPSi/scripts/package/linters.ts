import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type Finding, nothing } from './finding.ts';
import { runNode } from './run.ts';

/** publint, on the package as it is installed. */
export async function checkPublint(root: string): Promise<Finding> {
  const pkgDir = join(root, 'node_modules/traq-auth');
  const { messages } = await publint({ pkgDir, pack: false, strict: true });
  const manifest = JSON.parse(await readFile(join(pkgDir, 'package.json'), 'utf8')) as Record<string, unknown>;
  const faults = messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code);
  return nothing('publint, strict', faults);
}

/**
 * Are the types wrong? By the profile for packages of ES modules alone: what requires them needs Node 20.19, which
 * `engines` asks for, and resolution without `exports` (node10) would not find two of the three.
 */
export async function checkResolution(tarball: string): Promise<Finding> {
  const attw = resolve('node_modules/@arethetypeswrong/cli/dist/index.js');
  const { status, output } = await runNode([attw, tarball, '--profile', 'esm-only', '--no-color', '--no-emoji']);
  return nothing('are the types wrong, esm-only', status === 0 ? [] : [output]);
}

/** knip, on this repository: files, exports and dependencies that nothing uses. */
export async function checkUnused(): Promise<Finding> {
  const { status, output } = await runNode([resolve('node_modules/knip/bin/knip.js'), '--no-progress']);
  return nothing('knip: nothing unused', status === 0 ? [] : [output]);
}
