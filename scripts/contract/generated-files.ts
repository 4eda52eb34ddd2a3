import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ContractError } from './contract-error.ts';
import { differences } from './differences.ts';
import { structureOf } from './form.ts';
import { type JsonObject, objectOf, sha256 } from './json.ts';
import { orderKeys } from './key-order.ts';
import { applyOverlay } from './overlay.ts';
import { files, findProjectFile, readProjectFile, temporaryPath, writeProjectFile } from './project-files.ts';
import { rebuild } from './rebuild.ts';
import { redoclyLint } from './redocly.ts';
import { type Place, stepsOf } from './references.ts';
import { readRecord } from './source-record.ts';
import { formatYaml, parseYaml } from './yaml-file.ts';

const origin = [
  'Made by `npm run generate`: do not edit, change its sources and run that again.',
  `Sources: ${files.fragment}, ${files.descriptions} and ${files.corrections}.`,
];

/** The files of generated/, by path, made from openapi/ alone. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const read = (path: string) => parseYaml(readProjectFile(root, path), path);
  const overlay = <C>(path: string, changes: C) => ({ path, content: read(path), changes });
  const fragment = read(files.fragment);
  const described = await applyOverlay(fragment, overlay(files.descriptions, 'texts' as const));
  const corrected = await applyOverlay(described.document, overlay(files.corrections, 'structure' as const));
  const effective = objectOf(rebuild(corrected.document, { leave: orderKeys }));
  const text = `${origin.map((line) => `# ${line}\n`).join('')}${formatYaml(effective)}`;
  // What has been written was found sound then.
  const objections = findProjectFile(root, files.effective) === text ? [] : await redoclyLint(effective);
  const errors = objections.filter(({ severity }) => severity === 'error');
  const homeless = differences(fragment, structureOf(described.document)).map(({ place }) => targetOf(place));
  const bare = errors.filter(({ undescribed }) => undescribed).map(({ pointer }) => targetOf(stepsOf(pointer)));
  const unsound = errors.filter(({ undescribed }) => !undescribed);
  const findings = {
    [`${files.descriptions} describes what is not there; take it out, or aim it anew:`]: [
      ...described.problems,
      ...homeless,
    ],
    [`${files.descriptions} has yet to describe, in words of our own:`]: bare,
    [`${files.corrections} does not fit ${files.fragment}; where upstream has mended itself, take the action out, else aim it anew:`]:
      corrected.problems,
    [`${files.fragment} with both overlays is no sound description:`]: unsound.map((one) => one.text),
  };
  const lines = Object.entries(findings).flatMap(([title, found]) =>
    found.length === 0 ? [] : [title, ...[...new Set(found)].map((line) => `  ${line}`)],
  );
  if (lines.length > 0) throw new ContractError(lines.join('\n'));
  const types = `${origin.map((line) => `// ${line}\n`).join('')}\n${await typesOf(effective)}`;
  return new Map([
    [files.effective, text],
    [files.schema, types],
  ]);
}

/** A place as the target of an overlay action, to be pasted there. */
function targetOf(place: Place): string {
  const steps = /^(description|summary)$/.test(place.at(-1) ?? '') ? place.slice(0, -1) : place;
  const written = steps.map((step) => (/^[a-z]\w*$/i.test(step) ? `.${step}` : `['${step}']`)).join('');
  return `$${written.replaceAll(/\['(\d)'\]/g, '[$1]')}`;
}

async function typesOf(effective: JsonObject): Promise<string> {
  // Loaded late: it loads the whole compiler. As a library it reads no redocly.yaml from the working directory.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  // By itself it makes no valid URL of a working directory with a % in its name.
  const cwd = pathToFileURL('./');
  const options = { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true, cwd };
  return astToString(await openapiTS(structuredClone(effective) as never, options));
}

/** Updates generated/ from openapi/. @returns the paths of the files that were written. */
export async function writeGenerated(root: string): Promise<string[]> {
  const stale = [...(await generatedFiles(root))].filter(([path, text]) => findProjectFile(root, path) !== text);
  for (const path of Object.values(files)) rmSync(join(root, temporaryPath(path)), { force: true });
  for (const [path, text] of stale) writeProjectFile(root, path, text);
  return stale.map(([path]) => path);
}

/** Files of the tree that do not fit together, a sentence each. */
export async function mixture(root: string): Promise<string[]> {
  const { structure } = readRecord(readProjectFile(root, files.record));
  const mixed = `${files.fragment} and ${files.record} are not of the same update, or edited by hand: run "npm run spec:update"`;
  const found = structure === sha256(readProjectFile(root, files.fragment)) ? [] : [mixed];
  const known: readonly string[] = Object.values(files);
  for (const path of known.map(temporaryPath)) {
    if (existsSync(join(root, path))) found.push(`${path} was left by a run that was stopped`);
  }
  const folder = join(root, 'generated');
  const paths = existsSync(folder) ? readdirSync(folder).map((name) => `generated/${name}`) : [];
  // Systems leave hidden files of their own.
  const strange = paths.filter((path) => !known.includes(path) && !path.startsWith('generated/.'));
  found.push(...strange.map((path) => `${path} is made of nothing in openapi/: delete it`));
  try {
    for (const [path, text] of await generatedFiles(root)) {
      const present = findProjectFile(root, path);
      if (present === undefined) found.push(`${path} is missing`);
      else if (present !== text) found.push(`${path} is not what openapi/ gives`);
    }
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    found.push(error.message);
  }
  return found;
}
