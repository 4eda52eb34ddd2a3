import type { Member } from './public-api.ts';

/** Holds what each member's comment says that it throws against what it was seen to throw (E2). */
export function throwsFaults(members: readonly Member[], provoked: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const documented = new Set(members.map(({ name }) => name));
  const unknown = [...provoked.keys()].filter((name) => !documented.has(name));
  return [
    ...unknown.map((name) => `test/docs/situations.ts: ${name} is provoked, and no member of the package`),
    ...members.flatMap(({ name, where, codes, faults }) => {
      const seen = provoked.get(name);
      if (seen === undefined) return [`${where}: ${name} is not provoked in test/docs/situations.ts`];
      const found = [
        ...faults,
        ...codes.filter((code) => !seen.has(code)).map((code) => `@throws lists ${code}, which no test provokes`),
        ...[...seen]
          .filter((code) => !codes.includes(code))
          .map((code) => `@throws lacks ${code}, which a test provokes`),
      ];
      return found.map((fault) => `${where}: ${name}: ${fault}`);
    }),
  ];
}
