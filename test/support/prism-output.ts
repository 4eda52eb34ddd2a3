import { createRequire } from 'node:module';
import type { PrismHttpComponents } from '@stoplight/prism-http';
import { prismOperations } from './prism-server.ts';

const { validateOutput }: Pick<PrismHttpComponents, 'validateOutput'> = createRequire(import.meta.url)(
  '@stoplight/prism-http/dist/validator',
);

/** A response as Prism's validator takes it. */
export interface CheckedAnswer {
  readonly statusCode: number;
  /** By names in lower case. The lines of a repeated header are one text: it knows no lists. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed, if it is JSON; undefined if there is none. */
  readonly body: unknown;
}

/** The operation of the strict description that a request is aimed at. */
export interface AimedAt {
  readonly operationId: string;
  /** What Prism's validator finds wrong with a response: place and code of each violation. */
  violationsOf(answer: CheckedAnswer): string[];
}

/** Tells which operation a request is aimed at; undefined where it is none of the seven. */
export async function outputValidator(): Promise<(method: string, path: string) => AimedAt | undefined> {
  const operations = (await prismOperations()).map((resource) => ({
    resource,
    path: new RegExp(`^/api/v3${resource.path.replace(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (method, target) => {
    const path = target.split('?')[0] as string;
    const found = operations.find((one) => one.resource.method.toUpperCase() === method && one.path.test(path));
    if (found === undefined) return undefined;
    const { resource } = found;
    return {
      operationId: resource.iid ?? '',
      violationsOf(answer) {
        const result = validateOutput({ resource, element: answer });
        if (result._tag === 'Right') return [];
        return result.left.map(({ path: at = [], code, message }) => [at.join('.'), code ?? message].join(' ').trim());
      },
    };
  };
}
