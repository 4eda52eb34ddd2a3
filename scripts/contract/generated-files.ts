import openapiTS, { astToString } from 'openapi-typescript';
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
  const [types, objections] = await Promise.all([typesOf(effective), redoclyLint(effective)]);
  if (objections.length > 0)
    throw new ContractError(`${fragmentPath} with ${overlayPath} is no sound description:\n${list(objections)}`);
  return new Map([
    [effectivePath, `${origin.map((line) => `# ${line}\n`).join('')}${formatYaml(effective)}`],
    [schemaPath, `${origin.map((line) => `// ${line}\n`).join('')}\n${types}`],
  ]);
}

async function typesOf(effective: JsonObject): Promise<string> {
  // Called as a library it reads no redocly.yaml from the working directory.
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
export function mixture(root: string, files: ReadonlyMap<string, string>): string[] {
  const found = [...files].flatMap(([path, text]) => {
    const present = findProjectFile(root, path);
    if (present === text) return [];
    return [present === undefined ? `${path} is missing` : `${path} is not what openapi/ gives`];
  });
  const record = readRecord(readProjectFile(root, recordPath));
  const fragment = parseYaml(readProjectFile(root, fragmentPath), fragmentPath);
  if (record.structure === structureHash(fragment)) return found;
  return [
    `${fragmentPath} and ${recordPath} are not of the same update (stopped half-way, or edited by hand): run "npm run spec:update"`,
    ...found,
  ];
}
