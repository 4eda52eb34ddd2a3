/**
 * The origin of the page or worker that runs this, `'null'` if it has an opaque one; undefined where there is no page.
 *
 * A frame that a page fills itself (srcdoc) and a worker made of a blob have their page's origin, which their address
 * does not show; a sandboxed frame has none, whatever its address.
 */
export function pageOrigin(): string | undefined {
  const { location, origin } = globalThis as { location?: { origin: string }; origin?: unknown };
  if (location === undefined) return undefined;
  return typeof origin === 'string' ? origin : location.origin;
}

/** Whether the page of an origin is not of the web (extension, Electron, Capacitor): nobody knows what it may do. */
export function isForeignScheme(origin: string): boolean {
  if (origin !== 'null') return !/^https?:/.test(origin);
  return !/^(https?|blob|data|about):/.test(globalThis.location.protocol);
}
