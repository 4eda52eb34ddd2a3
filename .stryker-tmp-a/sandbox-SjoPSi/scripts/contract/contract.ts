import { canonical, isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { type Operation, objectOf, operationsOf, parametersOf } from './operations.ts';
import { resolvePointer } from './read-description.ts';
import { withoutTexts } from './structure.ts';

/**
 * What a description says, freed of how it says it: no texts, no defaults spelled out, security and parameters per
 * operation, everything in its place but schemas that have a name.
 */
export type Contract = {
  operations: Record<string, OperationContract>;
  schemas: JsonObject;
  securitySchemes: JsonObject;
};

export type OperationContract = {
  parameters: JsonObject;
  requestBody?: Json;
  responses: JsonObject;
  security: Json;
  [other: string]: Json;
};

/** Path parameters that go by another name there, by operationId: their name → our name. */
export type ParameterNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function contractOf(description: JsonObject, names: ParameterNames = new Map()): Contract {
  const components = objectOf(description.components);
  const schemas: JsonObject = {};
  const reach = (value: Json): Json => {
    const inner = inPlace(description, value);
    for (const name of schemaNames(inner)) {
      if (name in schemas) continue;
      schemas[name] = null;
      schemas[name] = reach(withoutTexts(objectOf(components.schemas)[name] ?? {}));
    }
    return inner;
  };
  const operations = operationsOf(description).map((operation) => {
    const id = operation.id ?? `${operation.method} ${operation.path}`;
    return [id, operationContract(description, operation, names.get(id) ?? new Map(), reach)] as const;
  });
  const securitySchemes = reach(withoutTexts(objectOf(components.securitySchemes), true)) as JsonObject;
  return {
    operations: sorted(Object.fromEntries(operations)),
    schemas: sorted(schemas),
    securitySchemes: sorted(securitySchemes),
  };
}

function operationContract(
  description: JsonObject,
  operation: Operation,
  names: ReadonlyMap<string, string>,
  reach: (value: Json) => Json,
): OperationContract {
  const { operationId: _, tags: __, servers: ___, parameters: ____, ...rest } = operation.node;
  const { security, responses, requestBody, ...others } = rest;
  const parameters = [...parametersOf(description, operation).values()].map((raw) => {
    const renamed = raw.in === 'path' ? names.get(String(raw.name)) : undefined;
    const parameter = withDefaults({ ...raw, ...(renamed !== undefined && { name: renamed }) });
    return [`${parameter.in} ${parameter.name}`, reach(withoutTexts(parameter))] as const;
  });
  return {
    ...(reach(withoutTexts(others)) as JsonObject),
    parameters: sorted(Object.fromEntries(parameters)),
    ...(requestBody !== undefined && { requestBody: reach(withoutTexts(requestBody)) }),
    responses: sorted(reach(withoutTexts(objectOf(responses), true)) as JsonObject),
    security: sortedList(security ?? description.security ?? []),
  };
}

/** Replaces every reference but those to named schemas by what it refers to, and brings the rest into one form. */
function inPlace(description: JsonObject, value: Json, names = false, seen: readonly string[] = []): Json {
  if (Array.isArray(value)) return value.map((item) => inPlace(description, item, false, seen));
  if (!isObject(value)) return value;
  if (!names && typeof value.$ref === 'string') {
    const { $ref, ...beside } = value;
    if (schemaName($ref) !== undefined || seen.includes($ref)) return { $ref };
    const target = resolvePointer(description, $ref) ?? {};
    const merged = isObject(target) ? { ...target, ...beside } : target;
    return inPlace(description, withoutTexts(merged), false, [...seen, $ref]);
  }
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      inPlace(description, item, !names && /^(properties|headers|content|patternProperties|scopes)$/.test(key), seen),
    ]),
  );
  return names ? inner : plain(inner);
}

const falseByDefault = [
  'required',
  'deprecated',
  'nullable',
  'readOnly',
  'writeOnly',
  'uniqueItems',
  'allowEmptyValue',
  'allowReserved',
];

/** One way to say it where OpenAPI has several: lists without order sorted, defaults left out, 3.1's null as 3.0's. */
function plain(value: JsonObject): JsonObject {
  const { allOf, ...beside } = value;
  if (Array.isArray(allOf) && allOf.length === 1 && isObject(allOf[0]) && Object.keys(beside).length === 0)
    return allOf[0];
  const result: JsonObject = { ...value };
  for (const key of falseByDefault) if (result[key] === false) delete result[key];
  for (const key of ['required', 'enum', 'security', 'type']) {
    const list = result[key];
    if (Array.isArray(list)) result[key] = sortedList(list);
  }
  if (sameJson(result.required, [])) delete result.required;
  if (Array.isArray(result.type)) {
    const types = result.type.filter((type) => type !== 'null');
    if (types.length < result.type.length) result.nullable = true;
    result.type = types.length === 1 && types[0] !== undefined ? types[0] : types;
  }
  return result;
}

function withDefaults(parameter: JsonObject): JsonObject {
  const { style, explode, ...rest } = parameter;
  const usual = rest.in === 'query' || rest.in === 'cookie' ? 'form' : 'simple';
  const actual = style ?? usual;
  return {
    ...rest,
    ...(actual !== usual && { style: actual }),
    ...(explode !== undefined && explode !== (actual === 'form') && { explode }),
  };
}

/** The name of a schema that a `$ref` points to. */
export function schemaName(ref: string): string | undefined {
  return /^#\/components\/schemas\/([^/]+)$/.exec(ref)?.[1];
}

function schemaNames(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(schemaNames);
  if (!isObject(value)) return [];
  const own = typeof value.$ref === 'string' ? schemaName(value.$ref) : undefined;
  return [...(own === undefined ? [] : [own]), ...Object.values(value).flatMap(schemaNames)];
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sortedList(list: Json): Json {
  if (!Array.isArray(list)) return list;
  const keys = new Map(list.map((item) => [canonical(item), item]));
  return [...keys.keys()].sort().map((key) => keys.get(key) as Json);
}
