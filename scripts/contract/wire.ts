import { without, withoutTexts } from './form.ts';
import { canonical, isObject, type Json, type JsonObject, listOf, objectOf, sameJson } from './json.ts';
import { type Operation, operationsOf } from './operations.ts';
import { bounded, memberKey, rebuild } from './rebuild.ts';
import { follow, type Place } from './references.ts';

/** What a form says of each operation, wherever it is said and however it is spelled. */
export interface Wire {
  /** A description in which each operation, at a path named after its operationId, has everything in place. */
  readonly structure: JsonObject;
  /** The same with its texts. */
  readonly texts: JsonObject;
}

export function wireOf(form: JsonObject): Wire {
  const { securitySchemes = {} } = objectOf(form.components);
  const paths = operationsOf(form).map(
    (operation) => [`/${operation.id}`, { post: effective(operation, form) }] as const,
  );
  const unfolded = { paths: Object.fromEntries(paths), components: unfold(form, { securitySchemes }, ['components']) };
  const spelled = (value: Json) => objectOf(rebuild(value, { leave: spelledOneWay }));
  const head = { openapi: '3.0.3', info: { title: 'traQ', version: '1' } };
  return { structure: { ...head, ...spelled(withoutTexts(unfolded)) }, texts: spelled(unfolded) };
}

/** An operation with the servers and the security that hold for it; its path parameters go by their numbers. */
function effective({ path, method, node }: Operation, form: JsonObject): JsonObject {
  const servers = [node.servers, form.servers, [{ url: '/' }]].map(listOf).find((list) => list.length > 0) ?? [];
  const rest = objectOf(unfold(form, without(node, 'tags', 'servers', 'security'), ['paths', path, method]));
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  const parameters = listOf(rest.parameters).map((parameter) => {
    const { in: where, name } = objectOf(parameter);
    return where === 'path' ? { ...objectOf(parameter), name: `${names.indexOf(String(name))}` } : parameter;
  });
  const security = node.security ?? form.security ?? [];
  const sorted = parameters.toSorted((a, b) => (memberKey(a, 0) < memberKey(b, 0) ? -1 : 1));
  return { ...rest, parameters: sorted, servers: servers.map(addressOf), security };
}

/** Replaces references by what they refer to. A schema within itself is left out: it adds nothing. */
function unfold(form: JsonObject, value: JsonObject, place: Place): Json {
  const enter = bounded((node, at, refs) => {
    if (typeof node.$ref !== 'string') return node;
    const { $ref, ...beside } = node;
    if (refs.includes($ref)) return {};
    const target = follow(form, $ref, at);
    const both = Object.keys(beside).some((key) => key in target && !/^(summary|description)$/.test(key));
    return both ? { allOf: [target], ...beside } : { ...target, ...beside };
  });
  return rebuild(value, { enter }, place);
}

/** The address of a server, with the usual values of its variables. */
function addressOf(server: Json): string {
  const { url, variables } = objectOf(server);
  const usual = (all: string, name: string) => String(objectOf(objectOf(variables)[name]).default ?? all);
  return String(url).replaceAll(/\{([^}]*)\}/g, usual);
}

/** What holds as well where it is not said. */
const usual = [
  /^(required|deprecated|nullable|readOnly|writeOnly|uniqueItems|allowEmptyValue|allowReserved|exclusiveM..imum) false$/,
  /^(additionalProperties|properties|content|headers|links|callbacks|encoding) {}$/,
  /^((required|allOf) \[]|additionalProperties true|min(Length|Items|Properties) 0)$/,
];
const unordered = /^(required|enum|type|allOf|anyOf|oneOf|servers|security)$/;

/** One spelling where OpenAPI has several: unordered lists sorted, defaults left out, 3.1's null written as 3.0's. */
function spelledOneWay(node: JsonObject): JsonObject {
  const { const: only, ...rest } = withoutUsualStyle(nullable(node));
  const said = Object.entries<Json>(only === undefined ? rest : { ...rest, enum: [only] })
    .filter(([key, value]) => !usual.some((said) => said.test(`${key} ${JSON.stringify(value)}`)))
    .map(([key, value]) => [key, unordered.test(key) && Array.isArray(value) ? sortedSet(value) : value] as const);
  const { allOf, ...beside } = Object.fromEntries(said);
  return together([...listOf(allOf), beside]) ?? { ...beside, ...(allOf !== undefined && { allOf }) };
}

/** What all of the schemas say, as one schema; undefined if it cannot be said key by key. */
function together(schemas: readonly Json[]): JsonObject | undefined {
  const keys = schemas.map(objectOf).flatMap(Object.keys);
  const addUp = keys.every((key) => /^(type|properties|required|title|description)$/.test(key));
  if (!schemas.every(isObject) || (!addUp && (schemas.length > 2 || new Set(keys).size < keys.length)))
    return undefined;
  const whole: JsonObject = {};
  for (const [key, value] of schemas.flatMap((schema) => Object.entries(schema))) {
    const has = whole[key];
    const [both, reversed] = [
      { ...objectOf(has), ...objectOf(value) },
      { ...objectOf(value), ...objectOf(has) },
    ];
    if (has === undefined || sameJson(has, value)) whole[key] = value;
    else if (key === 'required') whole[key] = sortedSet([...listOf(has), ...listOf(value)]);
    else if (key === 'properties' && sameJson(both, reversed)) whole[key] = both;
    else return undefined;
  }
  return whole;
}

/** Writes `nullable` where 3.1 lists `null` among the types or the alternatives. */
function nullable(node: JsonObject): JsonObject {
  const key = ['type', 'anyOf', 'oneOf'].find((way) => Array.isArray(node[way]));
  if (key === undefined) return node;
  const ways = listOf(node[key]);
  const others = ways.filter((way) => way !== 'null' && !sameJson(way, { type: 'null' }));
  const [one = null, ...more] = others;
  const rest =
    more.length > 0 ? { [key]: others } : isObject(one) ? { allOf: [...listOf(node.allOf), one] } : { [key]: one };
  return { ...without(node, key), ...rest, ...(others.length < ways.length && { nullable: true }) };
}

function withoutUsualStyle({ style, explode, ...node }: JsonObject): JsonObject {
  const usual = node.in === 'query' || node.in === 'cookie' ? 'form' : 'simple';
  const unusual = style !== undefined && style !== usual;
  const explodes = (style ?? usual) === 'form';
  return { ...node, ...(unusual && { style }), ...(explode !== undefined && explode !== explodes && { explode }) };
}

function sortedSet(list: readonly Json[]): Json[] {
  const items = new Map(list.map((item) => [canonical(item), item]));
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** The operation of a place, and the place's name in it: `responses › 200 › json › items`. */
export function labelOf(place: Place): { readonly operation: string | undefined; readonly label: string } {
  const [root, name = '', , ...rest] = place;
  const [operation, steps] = root === 'paths' ? [name.slice(1), rest] : [undefined, place.slice(1)];
  return { operation, label: steps.join(' › ').replace(/ › content › application\/json › schema(?= › |$)/, ' › json') };
}
