import { parseDocument, stringify } from 'yaml';
import { ContractError } from './contract-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** Parses a YAML or JSON document that has to be a mapping. Merge keys are resolved, duplicate keys refused. */
export function parseYaml(text: string, name: string): JsonObject {
  const document = parseDocument(text, { merge: true, uniqueKeys: true, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new ContractError(`${name} cannot be read as YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`);
  }
  const content: unknown = document.toJS({ maxAliasCount: 10_000 });
  if (!isObject(content)) throw new ContractError(`${name} is not a mapping of keys to values`);
  return content;
}

/** Writes YAML the same way every time: no anchors, no foldings that depend on the text's history. */
export function formatYaml(content: JsonObject): string {
  return stringify(content, { aliasDuplicateObjects: false, lineWidth: 120 });
}
