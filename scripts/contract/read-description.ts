import { ContractError } from './contract-error.ts';
import { isObject, type JsonObject } from './json.ts';
import { short } from './references.ts';
import { parseForeignYaml } from './yaml-file.ts';

const parseTimeoutMs = 15_000;

/**
 * Reads an untrusted OpenAPI description. What would make the tools crash, hang or give nonsense is refused here, in a
 * sentence.
 */
export async function readDescription(bytes: Uint8Array, name: string): Promise<JsonObject> {
  const text = decode(bytes, name);
  const advice = "give the file itself, or its raw address; traQ's is docs/v3-api.yaml";
  if (text.trim() === '') throw new ContractError(`${name} is empty; ${advice}`);
  if (text.trimStart().startsWith('<')) throw new ContractError(`${name} is an HTML or XML page, not YAML; ${advice}`);
  const document = await parseForeignYaml(text, name, parseTimeoutMs);
  const { openapi, swagger } = document;
  if (typeof openapi !== 'string' || !/^3\.[01]\.\d+/.test(openapi)) {
    const other = swagger === undefined ? 'does not say which OpenAPI it is' : `is Swagger ${swagger}`;
    const says = openapi === undefined ? other : `says openapi: ${short(JSON.stringify(openapi))}`;
    throw new ContractError(`${name} ${says}; OpenAPI 3.0 or 3.1 is needed, as in openapi: "3.0.0"`);
  }
  if (!isObject(document.paths)) throw new ContractError(`${name} has no mapping of paths; ${advice}`);
  return document;
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ContractError(`${name} is not UTF-8 text; save it as UTF-8`);
  }
}
