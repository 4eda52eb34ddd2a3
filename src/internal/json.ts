/** Reads a text as JSON; undefined if it is none. */
export function parseJson(text: string | undefined): unknown {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch {
    // It is none.
  }
  return value;
}
