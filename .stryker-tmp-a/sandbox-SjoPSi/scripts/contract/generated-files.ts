import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { applyOverlay, misfit } from './overlay.ts';
import {
  effectivePath,
  findProjectFile,
  fragmentPath,
  overlayPath,
  readProjectFile,
  recordPath,
  schemaPath,
} from './project-files.ts';
import { redoclyLint } from './redocly.ts';
import { readRecord, structureHash } from './source-record.ts';
import { temporaryPath, writeWholeFile } from './whole-file.ts';
import { formatYaml, parseYaml } from './yaml-file.ts';

const origin = [
  'Made by `npm run generate`: do not edit, change its sources and run that again.',
  `Sources: ${fragmentPath} and ${overlayPath}.`,
];

/** Everything that belongs into generated/, by path, made from openapi/ alone. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const fragment = parseYaml(readProjectFile(root, fragmentPath), fragmentPath);
  const overlay = parseYaml(readProjectFile(root, overlayPath), overlayPath);
  const open = [...openTexts(fragment, fragmentPath), ...openTexts(overlay, overlayPath)];
  if (open.length > 0) throw new ContractError(`These places are to be described; they say TODO:\n${list(open)}`);
  const { document: effective, problems } = await applyOverlay(fragment, overlay);
  if (problems.length > 0) throw misfit(problems);
  const text = `${origin.map((line) => `# ${line}\n`).join('')}${formatYaml(effective)}`;
  // What has been written was found sound then.
  if (findProjectFile(root, effectivePath) !== text) await refuseUnsound(effective);
  const types = await typesOf(effective);
  return new Map([
    [effectivePath, text],
    [schemaPath, `${origin.map((line) => `// ${line}\n`).join('')}\n${types}`],
  ]);
}

/** Brings generated/ up to openapi/, and gives the paths of what it wrote. */
export async function writeGenerated(root: string): Promise<string[]> {
  const written: string[] = [];
  for (const [path, text] of await generatedFiles(root)) {
    rmSync(join(root, temporaryPath(path)), { force: true });
    if (findProjectFile(root, path) === text) continue;
    writeWholeFile(join(root, path), text);
    written.push(path);
  }
  return written;
}

async function refuseUnsound(effective: JsonObject): Promise<void> {
  const errors = (await redoclyLint(effective)).flatMap(({ severity, text }) => (severity === 'error' ? [text] : []));
  if (errors.length > 0) {
    throw new ContractError(`${fragmentPath} with ${overlayPath} is no sound description:\n${list(errors)}`);
  }
}

async function typesOf(effective: JsonObject): Promise<string> {
  // Loaded late: it brings the whole compiler. Called as a library it reads no redocly.yaml from the working directory.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const options = { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true };
  return astToString(await openapiTS(structuredClone(effective) as never, options));
}

function openTexts(value: Json, at: string): string[] {
  if (typeof value === 'string') return /\bTODO\b/.test(value) ? [at] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => openTexts(item, `${at} › ${index}`));
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => openTexts(inner, `${at} › ${key}`)) : [];
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

/** What in the tree does not belong together, a sentence each. */
export async function mixture(root: string): Promise<string[]> {
  const record = readRecord(readProjectFile(root, recordPath));
  const fragment = parseYaml(readProjectFile(root, fragmentPath), fragmentPath);
  const found: string[] = [];
  if (record.structure !== structureHash(fragment)) {
    found.push(
      `${fragmentPath} and ${recordPath} are not of the same update, or one was edited by hand: run "npm run spec:update"`,
    );
  }
  for (const path of [fragmentPath, recordPath, effectivePath, schemaPath]) {
    if (existsSync(join(root, temporaryPath(path))))
      found.push(`${temporaryPath(path)} was left by a run that was stopped`);
  }
  try {
    for (const [path, text] of await generatedFiles(root)) {
      const present = findProjectFile(root, path);
      if (present !== text)
        found.push(present === undefined ? `${path} is missing` : `${path} is not what openapi/ gives`);
    }
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    found.push(error.message);
  }
  return found;
}
