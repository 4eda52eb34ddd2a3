import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sha256 } from '../../scripts/contract/json.ts';
import { type SourceRecord, textHashes } from '../../scripts/contract/source-record.ts';
import { compareDescription, readHeld } from '../../scripts/contract/spec-comparison.ts';
import { wireOf } from '../../scripts/contract/wire.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import { type Description, repository, upstreamLike } from './upstream-like.ts';

export interface ProjectCopy {
  readonly root: string;
  read(path: string): string;
  write(path: string, content: string): void;
  /** Everything in openapi/ and generated/, by path. */
  tree(): Record<string, string>;
  /** Writes a description beside the project and gives its path. */
  upstream(description: Description): string;
}

/** The project's record, as if the upstream-like file had been compared last. */
export async function recordOfUpstreamLike(): Promise<SourceRecord> {
  const held = readHeld(repository);
  const { form } = await compareDescription(held, upstreamLike());
  return { ...held.record, sha256: sha256(formatYaml(upstreamLike())), texts: textHashes(wireOf(form)) };
}

const record = `${JSON.stringify(await recordOfUpstreamLike(), null, 2)}\n`;

/** A copy of the contract, with its scripts if asked for, last compared with the upstream-like file. */
export function projectCopy({ scripts = false }: { readonly scripts?: boolean } = {}): ProjectCopy {
  const base = mkdtempSync(join(tmpdir(), 'traq-auth-test-'));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  // A legal name, which not every tool makes a valid URL of.
  const root = join(base, '100% of it');
  for (const folder of ['openapi', 'generated', ...(scripts ? ['scripts'] : [])]) {
    cpSync(join(repository, folder), join(root, folder), { recursive: true });
  }
  if (scripts) {
    cpSync(join(repository, 'package.json'), join(root, 'package.json'));
    symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  }
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const write = (path: string, content: string) => writeFileSync(join(root, path), content);
  write('openapi/traq-auth.source.json', record);
  let files = 0;
  return {
    root,
    read,
    write,
    tree: () => {
      const paths = ['openapi', 'generated'].flatMap((folder) =>
        readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
      );
      return Object.fromEntries(paths.map((path) => [path, read(path)]));
    },
    upstream: (description) => {
      const path = join(base, `upstream-${++files}.yaml`);
      writeFileSync(path, typeof description === 'string' ? description : formatYaml(description));
      return path;
    },
  };
}
