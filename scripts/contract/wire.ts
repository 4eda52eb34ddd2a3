import { without, withoutTexts } from './form.ts';
import { canonical, isObject, type Json, type JsonObject, listOf, objectOf, sameJson } from './json.ts';
import { operationsOf } from './operations.ts';
import { bounded, rebuild, type Visitor } from './rebuild.ts';
import { follow, type Place, stepsOf } from './references.ts';

/** What a form says of each operation, wherever it says it and however it spells it. */
export interface Wire {
  /** A description in which each operation, at a path named after its operationId, has everything in place. */
  readonly structure: JsonObject;
  /** The same with its texts. */
  readonly texts: JsonObject;
  /** The names of the schemas with which each operation says it. */
  readonly schemas: ReadonlyMap<string, ReadonlySet<string>>;
}

export function wireOf(form: JsonObject): Wire {
  const schemas = new Map<string, Set<string>>();
  const paths: JsonObject = {};
  for (const { id, method, path, node } of operationsOf(form)) {
    const name = id ?? `${method} ${path}`;
    const names = new Set<string>();
    const { servers = form.servers, security = form.security ?? [], ...rest } = without(node, 'tags');
    const operation = objectOf(
      rebuild({ ...rest, operationId: name }, unfolding(form, names), ['paths', path, method]),
    );
    paths[`/${name}`] = { post: { ...operation, servers: addressesOf(servers), security } };
    schemas.set(name, names);
  }
  const { securitySchemes = {} } = objectOf(form.components);
  const components = rebuild({ securitySchemes }, unfolding(form, new Set()));
  const unfolded = { paths, components };
  const spelled = (value: Json) => objectOf(rebuild(value, { leave: spelledOneWay }));
  const structure = { openapi: '3.0.3', info: { title: 'traQ', version: '1' }, ...spelled(withoutTexts(unfolded)) };
  return { structure, texts: spelled(unfolded), schemas };
}

/** The operation that a place belongs to, and how the place is called in it, or in all: `responses › 200 › json › items`. */
export function labelOf(place: Place): { readonly operation: string | undefined; readonly label: string } {
  const [root, name = '', , ...rest] = place;
  const [operation, steps] = root === 'paths' ? [name.slice(1), rest] : [undefined, place.slice(1)];
  return { operation, label: steps.join(' › ').replace(/ › content › application\/json › schema(?= › |$)/, ' › json') };
}

/** Puts in place what is referred to. A schema within itself says no more than it has said already. */
function unfolding(form: JsonObject, schemas: Set<string>): Visitor {
  return {
    enter: bounded((node, place, refs) => {
      if (typeof node.$ref !== 'string') return node;
      const { $ref, ...beside } = node;
      const [, kind, name = ''] = stepsOf($ref);
      if (kind === 'schemas') schemas.add(name);
      return refs.includes($ref) ? {} : { ...follow(form, $ref, place), ...beside };
    }),
  };
}

/** The addresses under which an operation is found, with the usual values of their variables. */
function addressesOf(servers: Json | undefined): string[] {
  return listOf(servers).map((server) => {
    const { url, variables } = objectOf(server);
    return String(url).replaceAll(/\{([^}]*)\}/g, (all, name: string) => {
      return String(objectOf(objectOf(variables)[name]).default ?? all);
    });
  });
}

const falseByDefault = new Set([
  ...['required', 'deprecated', 'nullable', 'readOnly', 'writeOnly', 'uniqueItems', 'allowEmptyValue', 'allowReserved'],
]);
const unordered = ['required', 'enum', 'type', 'allOf', 'anyOf', 'oneOf', 'servers', 'security'];

/** One way to say it where OpenAPI has several: lists without order sorted, defaults left out, 3.1's null as 3.0's. */
function spelledOneWay(node: JsonObject): JsonObject {
  const { const: only, ...rest } = nullable(node);
  const said = Object.entries<Json>({ ...rest, ...(only !== undefined && { enum: [only] }) }).filter(([key, value]) => {
    return !(value === false && falseByDefault.has(key)) && !(key === 'required' && sameJson(value, []));
  });
  const result = Object.fromEntries(said);
  for (const key of unordered) {
    const list = result[key];
    if (Array.isArray(list)) result[key] = sortedSet(list);
  }
  const { allOf, ...beside } = typeof result.in === 'string' ? withoutUsualStyle(result) : result;
  const [whole] = listOf(allOf);
  const alone = listOf(allOf).length === 1 && isObject(whole) && !Object.keys(beside).some((key) => key in whole);
  return alone ? { ...whole, ...beside } : { ...beside, ...(allOf !== undefined && { allOf }) };
}

/** Says `nullable` where 3.1 lists `null` among the types, or among the alternatives. */
function nullable(node: JsonObject): JsonObject {
  for (const key of ['type', 'anyOf', 'oneOf']) {
    const ways = listOf(node[key]);
    const others = ways.filter((way) => way !== 'null' && !sameJson(way, { type: 'null' }));
    const [way] = others;
    const one = key !== 'type' && isObject(way) ? way : { [key]: way ?? 'null' };
    const rest = others.length === 1 ? one : { [key]: others };
    if (Array.isArray(node[key]) && (others.length < ways.length || (key === 'type' && others.length === 1))) {
      return { ...without(node, key), ...rest, ...(others.length < ways.length && { nullable: true }) };
    }
  }
  return node;
}

function withoutUsualStyle(parameter: JsonObject): JsonObject {
  const usual = parameter.in === 'query' || parameter.in === 'cookie' ? 'form' : 'simple';
  const { style = usual, explode = style === 'form', ...rest } = parameter;
  return {
    ...rest,
    ...(style !== usual && { style }),
    ...(explode !== (style === 'form') && { explode }),
  };
}

function sortedSet(list: readonly Json[]): Json[] {
  const items = new Map(list.map((item) => [canonical(item), item]));
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
