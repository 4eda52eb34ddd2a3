import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ContractError } from './contract-error.ts';
import { differences } from './differences.ts';
import { structureOf } from './form.ts';
import { type JsonObject, objectOf } from './json.ts';
import { orderKeys } from './key-order.ts';
import { applyOverlay } from './overlay.ts';
import {
  correctionsPath,
  descriptionsPath,
  effectivePath,
  findProjectFile,
  fragmentPath,
  readProjectFile,
  recordPath,
  schemaPath,
  temporaryPath,
  writeProjectFile,
} from './project-files.ts';
import { rebuild } from './rebuild.ts';
import { redoclyLint } from './redocly.ts';
import { type Place, stepsOf } from './references.ts';
import { readRecord, structureHash } from './source-record.ts';
import { formatYaml, parseYaml } from './yaml-file.ts';

const origin = [
  'Made by `npm run generate`: do not edit, change its sources and run that again.',
  `Sources: ${fragmentPath}, ${descriptionsPath} and ${correctionsPath}.`,
];

/** Everything that belongs into generated/, by path, made from openapi/ alone. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const read = (path: string) => parseYaml(readProjectFile(root, path), path);
  const fragment = read(fragmentPath);
  const [descriptions, corrections] = [read(descriptionsPath), read(correctionsPath)];
  const described = await applyOverlay(fragment, { path: descriptionsPath, content: descriptions, changes: 'texts' });
  const corrected = await applyOverlay(described.document, {
    path: correctionsPath,
    content: corrections,
    changes: 'structure',
  });
  const effective = objectOf(rebuild(corrected.document, { leave: orderKeys }));
  const text = `${origin.map((line) => `# ${line}\n`).join('')}${formatYaml(effective)}`;
  // What has been written was found sound then.
  const objections = findProjectFile(root, effectivePath) === text ? [] : await redoclyLint(effective);
  const errors = objections.filter(({ severity }) => severity === 'error');
  const homeless = differences(fragment, structureOf(described.document)).map(({ place }) => pathTo(place));
  const bare = errors.flatMap(({ undescribed, pointer }) => (undescribed ? [pathTo(stepsOf(pointer))] : []));
  const unsound = errors.flatMap(({ undescribed, text }) => (undescribed ? [] : [text]));
  const findings = [
    section(`${descriptionsPath} describes what is not there; take it out, or aim it anew:`, [
      ...described.problems,
      ...homeless,
    ]),
    section(`${descriptionsPath} has yet to describe, in words of our own:`, bare),
    section(
      `${correctionsPath} does not fit ${fragmentPath}; where upstream has corrected itself, take the action out, where it has moved things, aim it anew:`,
      corrected.problems,
    ),
    section(`${fragmentPath} with both overlays is no sound description:`, unsound),
  ];
  if (findings.some((lines) => lines.length > 0)) throw new ContractError(findings.flat().join('\n'));
  return new Map([
    [effectivePath, text],
    [schemaPath, `${origin.map((line) => `// ${line}\n`).join('')}\n${await typesOf(effective)}`],
  ]);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...[...new Set(lines)].map((line) => `  ${line}`)];
}

/** A place as the target of an overlay, so that it can be pasted there. */
function pathTo(place: Place): string {
  const steps = place.filter((step, index) => index < place.length - 1 || !/^(description|summary)$/.test(step));
  return `$${steps.map((step) => (/^[a-z]\w*$/i.test(step) ? `.${step}` : /^\d$/.test(step) ? `[${step}]` : `['${step}']`)).join('')}`;
}

async function typesOf(effective: JsonObject): Promise<string> {
  // Loaded late: it brings the whole compiler. Called as a library it reads no redocly.yaml from the working directory.
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const options = { alphabetize: true, rootTypes: true, rootTypesNoSchemaPrefix: true, silent: true };
  return astToString(await openapiTS(structuredClone(effective) as never, options));
}

/** Brings generated/ up to openapi/, and gives the paths of what it wrote. */
export async function writeGenerated(root: string): Promise<string[]> {
  const written: string[] = [];
  for (const [path, text] of await generatedFiles(root)) {
    rmSync(join(root, temporaryPath(path)), { force: true });
    if (findProjectFile(root, path) === text) continue;
    writeProjectFile(root, path, text);
    written.push(path);
  }
  return written;
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
