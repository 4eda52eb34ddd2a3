import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { parseForeignYaml } from './yaml-file.ts';

const parseTimeoutMs = 15_000;

/**
 * Reads an OpenAPI description that nobody has vouched for. What would make the tools crash, hang or answer nonsense is
 * refused here, in a sentence.
 */
export async function readDescription(bytes: Uint8Array, name: string): Promise<JsonObject> {
  const text = decode(bytes, name);
  if (text.trim() === '') throw new ContractError(`${name} is empty`);
  if (text.trimStart().startsWith('<')) throw new ContractError(`${name} is an HTML or XML page, not YAML`);
  const document = await parseForeignYaml(text, name, parseTimeoutMs);
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
