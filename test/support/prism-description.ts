import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { operations } from '../../generated/schema.ts';
import type { JsonObject } from '../../scripts/contract/json.ts';
import { applyOverlay } from '../../scripts/contract/overlay.ts';

const descriptionPath = '../../generated/traq-auth.openapi.yaml';
const overlayPath = '../contract/strict.overlay.yaml';

interface Operation {
  readonly operationId: keyof operations;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Located = { method: string; path: string; operation: Operation };

type Content = { readonly 'application/json': { readonly examples?: Readonly<Record<string, unknown>> } };

/** What of a description of the seven operations these tests look at. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly security: readonly unknown[];
}

/** One operation and one status that it may answer. */
export interface DocumentedAnswer {
  readonly operationId: keyof operations;
  readonly method: string;
  /** Template of the path. */
  readonly path: string;
  readonly status: number;
  /** Names of the examples of its body. */
  readonly examples: readonly string[];
}

/** The description in generated/ as the contract tests want it: with strict.overlay.yaml applied. */
export async function strictDescription(): Promise<Description> {
  const overlay = { path: 'strict.overlay.yaml', content: readYaml(overlayPath), changes: 'structure' } as const;
  const { document, problems } = await applyOverlay(readYaml(descriptionPath), overlay);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return document as unknown as Description;
}

/** Every operation with every status that it documents. */
export function documentedAnswers({ paths }: Pick<Description, 'paths'>): DocumentedAnswer[] {
  return operationsOf({ paths }).flatMap(({ method, path, operation }) =>
    Object.entries(operation.responses).map(([status, { content }]) => ({
      operationId: operation.operationId,
      method,
      path,
      status: Number(status),
      examples: Object.keys(content?.['application/json'].examples ?? {}),
    })),
  );
}

/** Every operation, with where it is. */
export function operationsOf({ paths }: Pick<Description, 'paths'>): Located[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.operationId !== undefined)
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function readYaml(path: string): JsonObject {
  return parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
