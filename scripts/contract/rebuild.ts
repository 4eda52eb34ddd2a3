import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Place, pointerTo } from './references.ts';

// Below these stand names, not keywords: a property called `title` is no title.
const named = new Set([
  ...['paths', 'responses', 'content', 'headers', 'schemas', 'requestBodies', 'securitySchemes', 'links', 'callbacks'],
  ...['parameters', 'pathItems', 'properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'],
  ...['encoding', 'flows', 'variables', 'scopes', 'examples'],
]);

// Below these stands data: a key called `$ref` there refers to nothing.
const data = new Set([
  ...['default', 'enum', 'const', 'mapping', 'required', 'dependentRequired', 'security', 'example', 'value'],
]);

/** Gives what takes the place of an object, whose members come next. `refs` are the `$ref`s that led to it. */
export type Enter = (node: JsonObject, place: Place, refs: readonly string[]) => JsonObject;

export interface Visitor {
  readonly enter?: Enter;
  /** Gives what takes the place of an object whose members have been seen to. */
  readonly leave?: (node: JsonObject) => Json;
}

/** A copy of a description, or of a part, in which the visitor has seen every object that is neither names nor data. */
export function rebuild(value: Json, visitor: Visitor, place: Place = [], refs: readonly string[] = []): Json {
  if (Array.isArray(value)) {
    return value.map((item, index) => rebuild(item, visitor, [...place, memberKey(item, index)], refs));
  }
  if (!isObject(value)) return value;
  const within = typeof value.$ref === 'string' ? [...refs, value.$ref] : refs;
  const node = visitor.enter?.(value, place, refs) ?? value;
  const members = Object.entries(node).map(([key, member]): [string, Json] => {
    const at = [...place, key];
    if (data.has(key)) return [key, member];
    if (!named.has(key) || !isObject(member) || typeof member.$ref === 'string') {
      return [key, rebuild(member, visitor, at, within)];
    }
    const inner = Object.entries(member).map(([name, item]) => {
      return [name, rebuild(item ?? {}, visitor, [...at, name], within)] as const;
    });
    return [key, Object.fromEntries(inner)];
  });
  const result = Object.fromEntries(members);
  return visitor.leave?.(result) ?? result;
}

// Redocly dies of what is nested deeper than 100 levels.
const maxDepth = 90;

/** The same, but for what takes no end: references can double at each step. */
export function bounded(enter: Enter): Enter {
  let left = 50_000;
  return (node, place, refs) => {
    left -= 1;
    if (left < 0 || place.length > maxDepth) {
      throw new ContractError(
        `what our operations refer to takes no end, at ${pointerTo(place.slice(0, 9))}…; is it traQ's?`,
      );
    }
    return enter(node, place, refs);
  };
}

/** What an item of a list is called in a place: what it says where the order says nothing, else its number. */
export function memberKey(item: Json | undefined, index: number | string): string {
  if (typeof item === 'string') return item;
  if (isObject(item) && typeof item.in === 'string' && typeof item.name === 'string') return `${item.in} ${item.name}`;
  return String(index);
}
