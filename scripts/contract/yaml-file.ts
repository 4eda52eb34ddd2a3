import { parseDocument, stringify } from 'yaml';
import { ContractError } from './contract-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** Parses a YAML or JSON document that has to be a mapping. Merge keys are resolved, duplicate keys refused. */
export function parseYaml(text: string, name: string): JsonObject {
  const content = contentOf(text, name);
  if (!isObject(content)) throw new ContractError(`${name} is not a mapping of keys to values`);
  return content;
}

function contentOf(text: string, name: string): unknown {
  try {
    const document = parseDocument(text, { merge: true, uniqueKeys: true, logLevel: 'error' });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    // The library's messages go on with a picture of the place; stack overflows and alias bombs arrive here, too.
    const [reason = ''] = (error as Error).message.split('\n');
    throw new ContractError(`${name} cannot be read as YAML: ${reason.replace(/:$/, '')}`);
  }
}

/** Writes YAML the same way every time: no anchors, no foldings that depend on the text's history. */
export function formatYaml(content: JsonObject): string {
  return stringify(content, { aliasDuplicateObjects: false, lineWidth: 120 });
}
