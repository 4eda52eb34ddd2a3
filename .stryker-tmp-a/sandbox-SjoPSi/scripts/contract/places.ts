import { schemaName } from './contract.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import {
  dereference,
  listOf,
  type Operation,
  objectOf,
  operationsOf,
  parameterNames,
  parametersOf,
} from './operations.ts';

/** Something in a description that can carry texts of its own. */
export interface TextPlace {
  readonly node: JsonObject;
  /** What it is: `login`, `login 204`, `login query redirect`, `schema LoginSession.id`. */
  readonly meaning: string;
  /** Where it is on the wire, whatever the schemas are called. */
  readonly wire: string;
  /** The keys of the node that hold texts. */
  readonly keys: readonly string[];
  /** The texts without which readers would not know what it is. */
  readonly needs: readonly string[];
}

const usual = ['description', 'summary', 'title'];

/** Every place that can carry texts; one that several operations share comes up for each of them. */
export function* textPlaces(description: JsonObject): Generator<TextPlace> {
  for (const operation of operationsOf(description)) yield* operationPlaces(description, operation);
  const schemes = objectOf(objectOf(description.components).securitySchemes);
  for (const [name, entry] of Object.entries(schemes)) {
    const scheme = objectOf(dereference(description, entry));
    yield place(scheme, `security ${name}`);
    for (const flow of Object.values(objectOf(scheme.flows))) {
      const scopes = objectOf(objectOf(flow).scopes);
      for (const scope of Object.keys(scopes)) {
        const at = `security ${name} scope ${scope}`;
        yield { node: scopes, meaning: at, wire: at, keys: [scope], needs: [scope] };
      }
    }
  }
}

function place(node: JsonObject, meaning: string, wire: string = meaning, needs: readonly string[] = []): TextPlace {
  return { node, meaning, wire, keys: usual, needs };
}

function* operationPlaces(description: JsonObject, operation: Operation): Generator<TextPlace> {
  const { node, item, path } = operation;
  const id = operation.id ?? `${operation.method} ${path}`;
  yield place(item, `path ${path}`);
  yield place(node, id, id, ['description', 'summary']);
  const inPath = parameterNames(path);
  for (const [key, parameter] of parametersOf(description, operation)) {
    const wire = parameter.in === 'path' ? `${id} path ${inPath.indexOf(String(parameter.name))}` : `${id} ${key}`;
    yield place(parameter, `${id} ${key}`, wire, ['description']);
    yield* schemaPlaces(description, parameter.schema, `${id} ${key} schema`);
  }
  yield* contentPlaces(description, node.requestBody, `${id} body`);
  for (const [status, entry] of Object.entries(objectOf(node.responses))) {
    yield* contentPlaces(description, entry, `${id} ${status}`, ['description']);
    for (const [name, header] of Object.entries(objectOf(objectOf(dereference(description, entry)).headers))) {
      const value = objectOf(dereference(description, header));
      const at = `${id} ${status} header ${name}`;
      yield place(value, at, at, ['description']);
      yield* schemaPlaces(description, value.schema, `${id} ${status} header ${name} schema`);
    }
  }
}

function* contentPlaces(
  description: JsonObject,
  entry: Json | undefined,
  at: string,
  needs: readonly string[] = [],
): Generator<TextPlace> {
  const holder = dereference(description, entry);
  if (!isObject(holder)) return;
  yield place(holder, at, at, needs);
  for (const [type, media] of Object.entries(objectOf(holder.content))) {
    yield* schemaPlaces(
      description,
      objectOf(media).schema,
      `${at} ${type === 'application/json' ? 'schema' : `${type} schema`}`,
    );
  }
}

function* schemaPlaces(
  description: JsonObject,
  entry: Json | undefined,
  meaning: string,
  wire: string = meaning,
  within: readonly JsonObject[] = [],
): Generator<TextPlace> {
  if (!isObject(entry)) return;
  const schema = objectOf(dereference(description, entry));
  const name = typeof entry.$ref === 'string' ? schemaName(entry.$ref) : undefined;
  const at = name === undefined ? meaning : `schema ${name}`;
  if (within.includes(schema)) return;
  yield place(schema, at, wire, /(^schema |\.)[^ ]+$/.test(at) ? ['description'] : []);
  const inner = (value: Json | undefined, step: string) =>
    schemaPlaces(description, value, `${at}${step}`, `${wire}${step}`, [...within, schema]);
  for (const [key, value] of Object.entries(objectOf(schema.properties))) yield* inner(value, `.${key}`);
  yield* inner(schema.items, '[]');
  yield* inner(schema.additionalProperties, '{}');
  yield* inner(schema.not, ' not');
  for (const way of ['allOf', 'anyOf', 'oneOf']) {
    for (const [index, value] of listOf(schema[way]).entries()) yield* inner(value, ` ${way} ${index}`);
  }
}

/** The texts of a description by meaning, or by place on the wire. */
export function textsOf(description: JsonObject, by: 'meaning' | 'wire' = 'meaning'): Map<string, string> {
  const texts = new Map<string, string>();
  for (const at of textPlaces(description)) {
    for (const key of at.keys) {
      const text = at.node[key];
      const name = key === 'summary' || key === 'title' ? `${at[by]} ${key}` : at[by];
      if (typeof text === 'string' && text.trim() !== '' && !texts.has(name)) texts.set(name, text);
    }
  }
  return texts;
}
