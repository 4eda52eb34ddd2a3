import type { Rate } from '../../scripts/contract/compare.ts';
import { type JsonObject, objectOf, sameJson } from '../../scripts/contract/json.ts';
import { type RatedChange, redoclyDiff } from '../../scripts/contract/redocly.ts';

interface Waiting {
  readonly pair: readonly [base: JsonObject, revision: JsonObject];
  readonly resolve: (changes: RatedChange[]) => void;
}

/**
 * Runs comparisons with one run of Redocly for all of them: each pair of descriptions gets paths and security schemes
 * of its own in one pair of large ones. Starting Redocly is what takes the time.
 */
export async function rateTogether<T>(comparisons: readonly ((rate: Rate) => Promise<T>)[]): Promise<T[]> {
  const waiting: Waiting[] = [];
  let running = comparisons.length;
  const settle = async () => {
    running -= 1;
    if (running > 0) return;
    const changes = await redoclyDiff(joined(waiting, 0), joined(waiting, 1));
    for (const [index, { resolve }] of waiting.entries()) resolve(changes.flatMap((change) => own(change, index)));
  };
  return await Promise.all(
    comparisons.map(async (compare) => {
      let asked = false;
      const result = await compare((...pair) => {
        asked = true;
        return new Promise((resolve) => {
          waiting.push({ pair, resolve });
          void settle();
        });
      });
      if (!asked) await settle();
      return result;
    }),
  );
}

function joined(waiting: readonly Waiting[], which: 0 | 1): JsonObject {
  const prefixed = (prefix: (index: number) => string, of: (description: JsonObject) => JsonObject) =>
    Object.fromEntries(
      waiting.flatMap(({ pair }, index) => {
        const [own, other] = [of(pair[which]), of(pair[1 - which] as JsonObject)];
        const changed = Object.entries(own).filter(([name, value]) => !sameJson(value, other[name]));
        return changed.map(([name, value]) => [`${prefix(index)}${name}`, value] as const);
      }),
    );
  const paths = prefixed(
    (index) => `/m${index}`,
    (description) => objectOf(description.paths),
  );
  const schemes = (description: JsonObject) => objectOf(objectOf(description.components).securitySchemes);
  const securitySchemes = prefixed((index) => `m${index}_`, schemes);
  return { openapi: '3.0.3', info: { title: 'All', version: '1' }, paths, components: { securitySchemes } };
}

/** The change with the pointers of its own pair; none if it is another pair's. */
function own(change: RatedChange, index: number): RatedChange[] {
  const [path, scheme] = [`#/paths/~1m${index}~1`, `#/components/securitySchemes/m${index}_`];
  const pointer = change.base?.pointer ?? change.revision?.pointer ?? '';
  if (!pointer.startsWith(path) && !pointer.startsWith(scheme)) return [];
  const text = JSON.stringify(change)
    .replaceAll(path, '#/paths/~1')
    .replaceAll(scheme, '#/components/securitySchemes/');
  return [JSON.parse(text)];
}
