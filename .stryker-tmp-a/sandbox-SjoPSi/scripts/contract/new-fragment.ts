import { isObject, type Json, type JsonObject } from './json.ts';
import { objectOf, operationsOf } from './operations.ts';
import { textPlaces, textsOf } from './places.ts';
import type { Selection } from './select-operations.ts';
import { mapTexts } from './structure.ts';

export const open = 'TODO';

export interface NewFragment {
  readonly document: JsonObject;
  /** The places that nobody has described yet, by what they mean. */
  readonly open: readonly string[];
}

/** Upstream's structure with our texts: those that still have a place, by meaning, else by place on the wire. */
export function newFragment(fragment: JsonObject, selection: Selection): NewFragment {
  const document = mapTexts(selection.document, (text, path) => {
    if (path.at(-1) === 'title' || (typeof text === 'string' && text.trim() === '')) return undefined;
    return open;
  }) as JsonObject;
  const missing = fill(document, fragment);
  useTheirIds(document, selection);
  const { openapi, paths, components, security } = document;
  const { info, servers, tags } = fragment;
  const whole = Object.entries({ openapi, info, servers, tags, paths, components, security }).filter(
    ([, value]) => value !== undefined,
  );
  return { document: orderLike(Object.fromEntries(whole) as JsonObject, fragment) as JsonObject, open: missing };
}

/** Gives the operations the operationIds that upstream has for them now. */
export function useTheirIds(document: JsonObject, { pairs }: Selection): void {
  const names = new Map(pairs.map(({ ours, theirs }) => [ours.id, theirs.renamedTo]));
  for (const { id, node } of operationsOf(document)) node.operationId = names.get(id) || (node.operationId ?? '');
}

/** Puts our texts in their places; gives the names of the places that stay open. */
function fill(document: JsonObject, fragment: JsonObject): string[] {
  const texts = { meaning: textsOf(fragment, 'meaning'), wire: textsOf(fragment, 'wire') };
  const known = new Set([...textPlaces(fragment)].flatMap(({ meaning, wire }) => [meaning, wire]));
  const missing: { node: JsonObject; key: string; name: string }[] = [];
  for (const { node, keys, needs, meaning, wire } of textPlaces(document)) {
    for (const key of keys) {
      if (key === 'title' || (node[key] !== undefined && node[key] !== open)) continue;
      const suffix = key === 'summary' ? ' summary' : '';
      const isNew = !known.has(meaning) && !known.has(wire);
      const text =
        texts.meaning.get(meaning + suffix) ??
        texts.wire.get(wire + suffix) ??
        (isNew && needs.includes(key) ? open : node[key]);
      if (text !== undefined) node[key] = text;
      if (text === open) missing.push({ node, key, name: meaning + suffix });
    }
  }
  // A shared place may have got its text by another operation.
  return [...new Set(missing.filter(({ node, key }) => node[key] === open).map(({ name }) => name))];
}

/** The same content with its keys in the order in which `model` has them; new keys come last. */
function orderLike(value: Json, model: Json | undefined): Json {
  if (Array.isArray(value))
    return value.map((item, index) => orderLike(item, Array.isArray(model) ? model[index] : undefined));
  if (!isObject(value)) return value;
  const like = objectOf(model);
  const keys = [
    ...Object.keys(like).filter((key) => key in value),
    ...Object.keys(value).filter((key) => !(key in like)),
  ];
  return Object.fromEntries(keys.map((key) => [key, orderLike(value[key] ?? null, like[key])]));
}
