import { isObject, type Json, type JsonObject } from './json.ts';

// Below these the keys are names, not keywords: a property called `title` is no title.
const maps = new Set([
  ...['paths', 'responses', 'content', 'headers', 'schemas', 'requestBodies', 'securitySchemes', 'links', 'callbacks'],
  ...['parameters', 'pathItems', 'properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'],
  ...['encoding', 'flows', 'mapping', 'variables', 'scopes', 'webhooks', 'examples'],
]);

// Values, not descriptions of values: nothing in them is a keyword.
const opaque = new Set(['default', 'enum', 'const', 'mapping', 'required', 'security']);

const proses = new Set(['summary', 'description', 'title']);
const illustrations = new Set(['example', 'examples', 'externalDocs']);

export type Visit = (text: Json, path: readonly (string | number)[]) => Json | undefined;

/**
 * Walks a description and lets `visit` replace each text, or drop it by giving undefined. Texts are summaries,
 * descriptions, titles and what OAuth scopes say of themselves. Examples, links to documents and `x-*` are dropped.
 */
export function mapTexts(value: Json, visit: Visit, path: readonly (string | number)[] = [], names = false): Json {
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, visit, [...path, index]));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, key];
    const inScopes = names && path.at(-1) === 'scopes';
    if (inScopes || (!names && proses.has(key))) {
      const text = visit(inner, at);
      if (text !== undefined) result[key] = text;
    } else if (names) {
      result[key] = mapTexts(inner, visit, at);
    } else if (!illustrations.has(key) && !key.startsWith('x-')) {
      result[key] = opaque.has(key) ? inner : mapTexts(inner, visit, at, maps.has(key));
    }
  }
  return result;
}

/** The description without its texts. Scopes keep their names. */
export function withoutTexts(value: Json, names = false): Json {
  return mapTexts(value, (_, path) => (path.at(-2) === 'scopes' ? '' : undefined), [], names);
}
