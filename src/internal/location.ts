/**
 * The address in a `Location` header, made absolute (T3). The server writes UTF-8 bytes, which every runtime's fetch
 * shows as one Latin-1 character per byte.
 *
 * @returns undefined if there is none, or none that resolves.
 */
export function readLocation(headers: Headers, requestUrl: string): string | undefined {
  const shown = headers.get('location');
  try {
    return shown ? new URL(decodeUtf8(shown), requestUrl).href : undefined;
  } catch {
    return undefined;
  }
}

function decodeUtf8(shown: string): string {
  // An emulated platform shows the text itself.
  if (/[\u0100-\uffff]/.test(shown)) return shown;
  const bytes = Uint8Array.from(shown, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return shown;
  }
}
