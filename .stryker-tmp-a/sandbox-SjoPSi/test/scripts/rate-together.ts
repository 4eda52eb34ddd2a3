import type { Rate } from '../../scripts/contract/compare.ts';
import type { JsonObject } from '../../scripts/contract/json.ts';
import { objectOf } from '../../scripts/contract/operations.ts';
import { type RatedChange, redoclyDiff } from '../../scripts/contract/redocly.ts';

interface Waiting {
  readonly base: JsonObject;
  readonly revision: JsonObject;
  readonly resolve: (changes: RatedChange[]) => void;
}

/**
 * Runs comparisons with one run of Redocly for all of them: each pair of descriptions gets paths and security schemes
 * of its own in one pair of large ones. Starting Redocly is what takes the time.
 */
export async function rateTogether<T>(comparisons: readonly ((rate: Rate) => Promise<T>)[]): Promise<T[]> {
  const waiting: Waiting[] = [];
  let running = comparisons.length;
  const flush = async () => {
    if (running > 0) return;
    const changes = await redoclyDiff(
      joined(waiting.map(({ base }) => base)),
      joined(waiting.map(({ revision }) => revision)),
    );
    for (const [index, { resolve }] of waiting.entries()) resolve(changes.flatMap((change) => own(change, index)));
  };
  const rate: Rate = (base, revision) =>
    new Promise((resolve) => {
      waiting.push({ base, revision, resolve });
      running--;
      void flush();
    });
  return await Promise.all(
    comparisons.map(async (compare) => {
      let asked = false;
      const result = await compare((...pair) => {
        asked = true;
        return rate(...pair);
      });
      if (!asked) {
        running--;
        await flush();
      }
      return result;
    }),
  );
}

function joined(descriptions: readonly JsonObject[]): JsonObject {
  const paths: JsonObject = {};
  const securitySchemes: JsonObject = {};
  for (const [index, description] of descriptions.entries()) {
    for (const [path, item] of Object.entries(objectOf(description.paths))) {
      const text = JSON.stringify(item).replace(/"(operationId":")?((?:OAuth2|\w+Auth)":|\w+")/g, (all, id, rest) =>
        id !== undefined || /^(OAuth2|\w+Auth)":/.test(rest) ? `"${id ?? ''}m${index}_${rest}` : all,
      );
      paths[`/m${index}${path}`] = JSON.parse(text);
    }
    for (const [name, scheme] of Object.entries(objectOf(objectOf(description.components).securitySchemes))) {
      securitySchemes[`m${index}_${name}`] = scheme;
    }
  }
  return { openapi: '3.0.3', info: { title: 'All', version: '1' }, paths, components: { securitySchemes } };
}

/** The change with the pointers of its own pair; none if it is another pair's. */
function own(change: RatedChange, index: number): RatedChange[] {
  const pointer = change.base?.pointer ?? change.revision?.pointer ?? '';
  const mine =
    pointer.startsWith(`#/paths/~1m${index}~1`) || pointer.startsWith(`#/components/securitySchemes/m${index}_`);
  if (!mine) return [];
  return [JSON.parse(JSON.stringify(change).replaceAll(`~1m${index}~1`, '~1').replaceAll(`m${index}_`, ''))];
}
