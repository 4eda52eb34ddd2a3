import type { JsonObject } from './json.ts';

// Names first, then our texts, then the content. Keys that are not listed come last, in the order they had.
const order =
  'openapi info servers tags title version url type summary description securitySchemes schemas operationId parameters ' +
  'requestBody responses headers format pattern properties items content required schema paths components security';
const typed = order.split(' ');
const untyped = ['name', 'in', ...typed];

/** The same keys in the order in which our files have them. */
export function orderKeys(node: JsonObject): JsonObject {
  const keys = node.type === undefined ? untyped : typed;
  const rank = (key: string) => (keys.includes(key) ? keys.indexOf(key) : keys.length);
  return Object.fromEntries(Object.entries(node).sort(([a], [b]) => rank(a) - rank(b)));
}
