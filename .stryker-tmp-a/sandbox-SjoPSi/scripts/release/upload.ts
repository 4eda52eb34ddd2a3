import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { run } from '../package/run.ts';

/** What `npm publish` would send. */
export interface Upload {
  readonly name: string;
  readonly version: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** `sha512-` and the digest in base64. */
  readonly integrity: string;
}

/** Nobody listens there: were `--dry-run` ever lost, nothing could be published. */
const NOWHERE = 'http://127.0.0.1:9/';

/** Asks npm what it would publish of a tarball. */
export async function dryRun(tarball: string): Promise<Upload> {
  const args = ['publish', tarball, '--dry-run', '--json', '--ignore-scripts', '--registry', NOWHERE];
  // npm asks there what is published already, and would ask for a minute.
  args.push('--fetch-retries', '0');
  const { status, stdout, output } = await run('npm', args);
  if (status !== 0) throw new Error(`npm publish --dry-run failed:\n${output}`);
  return uploadIn(stdout);
}

/** Reads what npm prints: the upload itself, or (from npm 11 on) one by the package's name. */
export function uploadIn(json: string): Upload {
  const printed = JSON.parse(json) as Upload | Record<string, Upload>;
  const upload = 'integrity' in printed ? (printed as Upload) : Object.values(printed)[0];
  if (typeof upload?.integrity !== 'string') throw new Error(`npm printed no upload:\n${json}`);
  return upload;
}

/** The digest of a file, as npm writes it and as `sha512sum` does. */
export async function digestOf(file: string): Promise<{ readonly integrity: string; readonly hex: string }> {
  const hash = createHash('sha512').update(await readFile(file));
  const hex = hash.digest('hex');
  return { integrity: `sha512-${Buffer.from(hex, 'hex').toString('base64')}`, hex };
}
