import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { applyOverlay } from './overlay.ts';
import { formatYaml, parseYaml } from './yaml-file.ts';

export const fragmentPath = 'openapi/traq-auth.yaml';
export const overlayPath = 'openapi/corrections.overlay.yaml';
export const effectivePath = 'generated/traq-auth.openapi.yaml';
export const schemaPath = 'generated/schema.ts';

const origin = [
  'Made by `npm run generate`: do not edit, change its sources and run that again.',
  `Sources: ${fragmentPath} and ${overlayPath}.`,
];

/** A file of the project, as text; a missing one is a finding. */
export function readProjectFile(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    throw new ContractError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? error}`);
  }
}

/** Everything that `generate` writes, by path, made from openapi/ alone. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const fragment = parseYaml(readProjectFile(root, fragmentPath), fragmentPath);
  const overlay = parseYaml(readProjectFile(root, overlayPath), overlayPath);
  const open = [...openTexts(fragment, fragmentPath), ...openTexts(overlay, overlayPath)];
  if (open.length > 0) {
    throw new ContractError(
      `These places are still to be described (they say TODO):\n${open.map((place) => `  ${place}`).join('\n')}`,
    );
  }
  const effective = await applyOverlay(fragment, overlay);
  return new Map([
    [effectivePath, `${origin.map((line) => `# ${line}\n`).join('')}${formatYaml(effective)}`],
    [schemaPath, `${origin.map((line) => `// ${line}\n`).join('')}\n${await typesOf(effective)}`],
  ]);
}

async function typesOf(effective: JsonObject): Promise<string> {
  // Called as a library it reads no redocly.yaml from the working directory.
  const nodes = await openapiTS(structuredClone(effective) as never, {
    alphabetize: true,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
    silent: true,
  });
  return astToString(nodes);
}

function openTexts(value: Json, at: string): string[] {
  if (typeof value === 'string') return /\bTODO\b/.test(value) ? [at] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => openTexts(item, `${at} › ${index}`));
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => openTexts(inner, `${at} › ${key}`)) : [];
}
