// The server copies a query value into a header byte by byte, so values are kept as bytes: one character each (Latin-1).

/** Percent-decodes to bytes; undefined if the encoding is broken. */
function decodeBytes(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replace(/%(..)/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Names and values of a query, in order; pairs that are wrongly encoded are left out, as the server does. */
function* queryPairs(search: string): Generator<readonly [name: string, value: string]> {
  for (const pair of search.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const plain = pair.replaceAll('+', ' ');
    const equals = `${plain}=`.indexOf('=');
    const name = decodeBytes(plain.slice(0, equals));
    const value = decodeBytes(plain.slice(equals + 1));
    if (name !== undefined && value !== undefined) yield [name, value];
  }
}

/** First value of a query parameter, as Latin-1; empty if it is absent. */
export function queryValue(search: string, name: string): string {
  for (const [key, value] of queryPairs(search)) if (key === name) return value;
  return '';
}

/** Sorted names of a query's parameters, each once. */
export function queryNames(search: string): string[] {
  return [...new Set(Array.from(queryPairs(search), ([name]) => name))].sort();
}

const truths: readonly string[] = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** Reads a flag as the server does: what it cannot read counts as false. */
export const isTrue = (value: string): boolean => truths.includes(value);
