/**
 * The origin of the page or worker that runs this, `'null'` if it has an opaque one; undefined where there is no page.
 *
 * A frame that a page fills itself (srcdoc) has its page's origin, which its address does not show; a sandboxed one has
 * none, whatever its address.
 */
export function pageOrigin(): string | undefined {
  const { location, origin } = globalThis as { location?: { origin: string }; origin?: string };
  return location?.origin === 'null' || origin === 'null' ? origin : location?.origin;
}
