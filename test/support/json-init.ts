/** A request with a body of JSON. */
export function jsonInit(value: unknown, method = 'POST'): { method: string; headers: HeadersInit; body: string } {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
