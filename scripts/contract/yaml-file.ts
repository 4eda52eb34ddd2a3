import { Worker } from 'node:worker_threads';
import { parse, stringify } from 'yaml';
import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

// No real description is nested as deep, and the tools behind this recurse without a limit.
const maxDepth = 200;

/** Parses one of the project's own files. */
export function parseYaml(text: string, name: string): JsonObject {
  try {
    return mappingOf(parse(text, { uniqueKeys: true, logLevel: 'error' }), name);
  } catch (error) {
    if (error instanceof ContractError) throw error;
    throw unreadable(name, (error as Error).message.split('\n')[0]?.replace(/:$/, ''));
  }
}

/**
 * Parses untrusted YAML or JSON, within a time limit. Merge keys are resolved, duplicate keys refused.
 */
export async function parseForeignYaml(text: string, name: string, timeoutMs: number): Promise<JsonObject> {
  const worker = new Worker(new URL('./yaml-worker.mjs', import.meta.url), {
    workerData: { text, maxDepth },
    execArgv: [],
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const { json, error } = await new Promise<{ json?: string; error?: string }>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', ({ message }) => resolve({ error: message }));
      timer = setTimeout(() => resolve({ error: `that takes longer than ${timeoutMs / 1000} s` }), timeoutMs);
    });
    if (json === undefined) throw unreadable(name, error);
    return mappingOf(JSON.parse(json) as Json, name);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function mappingOf(content: unknown, name: string): JsonObject {
  if (!isObject(content))
    throw new ContractError(`${name} is not a mapping of keys to values; give a whole description`);
  return content;
}

function unreadable(name: string, reason: string | undefined): ContractError {
  return new ContractError(`${name} cannot be read as YAML: ${reason}; mend it, or take a version of it that is whole`);
}

/** Writes YAML in one way: no anchors, and no folds that depend on the former text. */
export function formatYaml(content: JsonObject): string {
  return stringify(content, { aliasDuplicateObjects: false, lineWidth: 120 });
}
