const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

export const alphanumeric = (length: number): string =>
  Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');

const hex = (length: number): string => Array.from(randomBytes(length), (byte) => (byte % 16).toString(16)).join('');

const variant = (): string => '89ab'.charAt(Number.parseInt(hex(1), 16) % 4);

/** A UUID, version 7, of a moment in milliseconds since the epoch. */
export function uuidV7(at: number): string {
  const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0').slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant()}${hex(3)}-${hex(12)}`;
}

/** A UUID, version 4; `crypto.randomUUID` is not there in pages served without TLS. */
export const uuidV4 = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-${variant()}${hex(3)}-${hex(12)}`;
