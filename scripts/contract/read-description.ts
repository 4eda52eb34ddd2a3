import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { parseYaml } from './yaml-file.ts';

// The tools behind this dive without looking; nothing real is nested as deep.
const maxDepth = 200;

/**
 * Reads an OpenAPI description that nobody has vouched for. What would make the tools crash, hang or answer nonsense is
 * refused here, in a sentence.
 */
export function readDescription(bytes: Uint8Array, name: string): JsonObject {
  const text = decode(bytes, name);
  if (text.trim() === '') throw new ContractError(`${name} is empty`);
  if (text.trimStart().startsWith('<')) throw new ContractError(`${name} is an HTML or XML page, not YAML`);
  const parsed = parseYaml(text, name);
  if (depth(parsed) > maxDepth) throw new ContractError(`${name} is nested deeper than ${maxDepth} levels`);
  // Anchors and merge keys make places share objects; from here on each place is its own.
  const document = JSON.parse(JSON.stringify(parsed)) as JsonObject;
  checkVersion(document, name);
  if (!isObject(document.paths)) throw new ContractError(`${name} has no mapping of paths`);
  for (const ref of refsOf(document)) {
    if (!ref.startsWith('#')) throw new ContractError(`${name} refers to another document (${short(ref)})`);
    if (resolvePointer(document, ref) === undefined)
      throw new ContractError(`${name} has a $ref that leads nowhere (${short(ref)})`);
  }
  return document;
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ContractError(`${name} is not UTF-8 text`);
  }
}

function checkVersion({ openapi, swagger }: JsonObject, name: string): void {
  if (typeof openapi === 'string' && /^3\.[01]\.\d+/.test(openapi)) return;
  const says =
    openapi !== undefined
      ? `says openapi: ${short(JSON.stringify(openapi))}`
      : swagger !== undefined
        ? `is Swagger ${swagger}`
        : 'does not say which OpenAPI it is';
  throw new ContractError(`${name} ${says}; OpenAPI 3.0 or 3.1 is needed`);
}

function depth(value: unknown, level = 0): number {
  if (typeof value !== 'object' || value === null || level > maxDepth) return level;
  let deepest = level;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depth(inner, level + 1));
  return deepest;
}

function* refsOf(value: Json): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* refsOf(item);
  } else if (isObject(value)) {
    if (typeof value.$ref === 'string') yield value.$ref;
    for (const [key, inner] of Object.entries(value)) if (key !== 'example') yield* refsOf(inner);
  }
}

/** What a `$ref` within the document points to. */
export function resolvePointer(document: JsonObject, ref: string): Json | undefined {
  if (!ref.startsWith('#')) return undefined;
  let value: Json | undefined = document;
  for (const step of pointerSteps(ref)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as JsonObject)[step];
  }
  return value;
}

/** The keys of a pointer such as `#/paths/~1login/post`. */
export function pointerSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => decodeStep(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
