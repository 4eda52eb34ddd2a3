import { type Change, changesOf, impactOn, overlap, reaching } from './changes.ts';
import { type Contract, contractOf, type ParameterNames } from './contract.ts';
import { wireDifferences } from './differences.ts';
import type { JsonObject } from './json.ts';
import { operationsOf, routeOf, shapeOf } from './operations.ts';
import { applyOverlay } from './overlay.ts';
import { type RatedChange, redoclyDiff } from './redocly.ts';
import { renamedSchemas } from './schema-names.ts';
import { renamedParameters, type Selection } from './select-operations.ts';
import { openApiOf, type Wire, wireOf } from './wire.ts';

export type Rate = (base: JsonObject, revision: JsonObject) => Promise<RatedChange[]>;

/** What has changed between our description and upstream's. */
export async function compare(
  fragment: JsonObject,
  selection: Selection,
  overlay: JsonObject,
  rate: Rate = redoclyDiff,
): Promise<Change[]> {
  const names: ParameterNames = new Map(selection.pairs.map((pair) => [pair.ours.id ?? '', renamedParameters(pair)]));
  const ids = selection.pairs.map(({ ours }) => ours.id ?? '');
  const theirs = selection.document;
  const contracts = [only(contractOf(fragment), ids), only(contractOf(theirs, names), ids)] as const;
  const wires = [wireOf(contracts[0]), wireOf(contracts[1])] as const;
  const found = wireDifferences(...wires);
  const others = [...operationChanges(selection), ...versionChange(fragment, theirs), ...renamedSchemas(...contracts)];
  if (found.length === 0) return others;
  const routes = new Map(
    operationsOf(fragment).flatMap((operation) =>
      ids.includes(operation.id ?? '') ? [[operation.id ?? '', operation]] : [],
    ),
  );
  const rated = await rate(openApiOf(wires[0], routes), openApiOf(wires[1], routes));
  const effective = wireDifferences(
    await effectiveWire(fragment, overlay, ids, new Map()),
    await effectiveWire(theirs, overlay, ids, names),
  );
  const isCovered = ({ place }: { place: readonly string[] }) =>
    !effective.some((other) => overlap(other.place, place));
  return [...others, ...changesOf(found, contracts, impactOn(rated, wires, routes), isCovered)];
}

async function effectiveWire(
  description: JsonObject,
  overlay: JsonObject,
  ids: readonly string[],
  names: ParameterNames,
): Promise<Wire> {
  const { document } = await applyOverlay(description, overlay);
  return wireOf(only(contractOf(document, names), ids));
}

function only(contract: Contract, ids: readonly string[]): Contract {
  return {
    ...contract,
    operations: Object.fromEntries(Object.entries(contract.operations).filter(([id]) => ids.includes(id))),
  };
}

function operationChanges({ pairs, gone, added }: Selection): Change[] {
  const breaking = { class: 'breaking', review: false, covered: false } as const;
  const changes = gone.map((ours): Change => {
    const advice =
      'the method calls what upstream no longer describes: ask whether it still works, and deprecate it if not';
    return { ...breaking, place: routeOf(ours), what: `${ours.id} is gone`, ...reaching([ours.id ?? '']), advice };
  });
  for (const { ours, theirs } of pairs) {
    const id = ours.id ?? '';
    const place = routeOf(ours);
    if (theirs.renamedTo !== undefined) {
      const what =
        theirs.renamedTo === '' ? `${id} has no operationId any more` : `${id} is now called ${theirs.renamedTo}`;
      changes.push({
        ...breaking,
        place,
        what,
        ...reaching([id]),
        advice: 'after the update the compiler names every place that has to follow',
      });
    }
    if (ours.method !== theirs.method || shapeOf(ours.path) !== shapeOf(theirs.path)) {
      const advice =
        'released versions call the old address: make the method follow, and ask whether both work for a while';
      changes.push({ ...breaking, place, what: `${id} has moved to ${routeOf(theirs)}`, ...reaching([id]), advice });
    } else if (ours.path !== theirs.path) {
      const advice = 'the address itself is as before; the route in types, errors and documents has to follow';
      const what = `${id} is now written ${routeOf(theirs)}`;
      changes.push({ ...breaking, class: 'compatible', place, what, ...reaching([id]), advice });
    }
  }
  for (const theirs of added) {
    const what = `${theirs.id ?? 'an operation without an operationId'} is new beside our operations`;
    changes.push({
      ...breaking,
      place: routeOf(theirs),
      what,
      operations: theirs.id === undefined ? [] : [theirs.id],
      methods: [],
      advice: 'decide whether the client offers it',
    });
  }
  return changes;
}

function versionChange(fragment: JsonObject, theirs: JsonObject): Change[] {
  const [was, is] = [fragment, theirs].map(({ openapi }) => String(openapi).split('.').slice(0, 2).join('.'));
  if (was === is) return [];
  const advice = 'look over the generated types: the versions read some keywords in different ways';
  const all = operationsOf(fragment).map(({ id }) => id ?? '');
  return [
    {
      class: 'compatible',
      review: false,
      covered: false,
      place: 'openapi',
      what: `is ${is}, was ${was}`,
      ...reaching(all),
      advice,
    },
  ];
}
