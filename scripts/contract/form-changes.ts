import { type Change, changeOf } from './change.ts';
import { formOf } from './form.ts';
import { type JsonObject, objectOf } from './json.ts';
import { type Operation, operationsOf, routeOf } from './operations.ts';
import { type Selection, samePlace } from './select-operations.ts';

/** Operations that were removed, added, moved or renamed. */
export function operationChanges({ pairs, gone, added }: Selection): Change[] {
  const changes: Change[] = [];
  const tell = (at: Operation, what: string, advice: string, rating: Change['class'] = 'breaking') =>
    changes.push(changeOf(at.id === undefined ? [] : [at.id], { class: rating, place: routeOf(at), what, advice }));
  for (const ours of gone) tell(ours, `${ours.id} is gone`, 'ask whether it still works; deprecate it if not');
  for (const { ours, theirs } of pairs) {
    const { id } = ours;
    const name = theirs.id === undefined ? `${id} has no operationId any more` : `${id} is now called ${theirs.id}`;
    const route = routeOf(theirs);
    if (theirs.id !== id) tell(ours, name, 'after the update the compiler names every place that has to follow');
    if (!samePlace(ours, theirs)) tell(ours, `${id} has moved to ${route}`, 'released versions call the old address');
    else if (ours.path !== theirs.path)
      tell(
        ours,
        `${id} is now written ${route}`,
        'the address is as before; types, errors, documents follow',
        'compatible',
      );
  }
  for (const theirs of added) {
    const name = theirs.id ?? 'an operation without an operationId';
    tell(theirs, `${name} is new beside our operations`, 'decide whether the client offers it');
  }
  return changes;
}

/** Changes that do not show on the wire: the names of schemas, and a move between OpenAPI 3.0 and 3.1. */
export function namingChanges(before: JsonObject, after: JsonObject): Change[] {
  const operations = operationsOf(before);
  const told = { class: 'compatible', advice: 'look over the generated types' } as const;
  const [was, is] = [before, after].map(({ openapi }) => String(openapi).split('.').slice(0, 2).join('.'));
  const all = operations.flatMap(({ id = '' }) => id);
  const version = was === is ? [] : [changeOf(all, { ...told, place: 'openapi', what: `is ${is}, was ${was}` })];
  const renamed = operations.flatMap((ours) => {
    const theirs = operationsOf(after).find(({ id }) => id === ours.id);
    const [names, now] = [schemaNames(before, ours), schemaNames(after, theirs)];
    const gone = names.filter((name) => !now.includes(name)).map((name) => `${name} is gone`);
    const news = now.filter((name) => !names.includes(name)).map((name) => `${name} is new`);
    if (gone.length + news.length === 0) return [];
    return [changeOf([ours.id ?? ''], { ...told, place: 'names of schemas', what: [...gone, ...news].join(', ') })];
  });
  return [...version, ...renamed];
}

function schemaNames(form: JsonObject, operation: Operation | undefined): string[] {
  const { components } = formOf(form, operation === undefined ? [] : [operation], {});
  return Object.keys(objectOf(objectOf(components).schemas));
}
