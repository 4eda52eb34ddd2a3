const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// The largest multiple of 62 within a byte: what lies above would make some characters likelier than others.
const fair = 248;

/** A source of random names; it asks the platform for bytes in bulk, which makes a name cheap. */
export interface RandomSource {
  /** That many letters and digits. */
  alphanumeric(length: number): string;
  /** A UUID, version 7, of a moment in milliseconds since the epoch. */
  uuidV7(at: number): string;
  /** A UUID, version 4. */
  uuidV4(): string;
}

/** Makes a {@link RandomSource}. */
export function createRandomSource(): RandomSource {
  const pool = new Uint8Array(4096);
  const bytes = new DataView(pool.buffer);
  let used = pool.length;

  const byte = (): number => {
    if (used === pool.length) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    return bytes.getUint8(used++);
  };
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += byte().toString(16).padStart(2, '0');
    return text.slice(0, digits);
  };
  const variant = (): string => '89ab'.charAt(byte() & 3);

  return {
    alphanumeric: (length) => {
      let text = '';
      while (text.length < length) {
        const value = byte();
        if (value < fair) text += alphabet.charAt(value % alphabet.length);
      }
      return text;
    },
    uuidV7: (at) => {
      const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, '0').slice(-12);
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant()}${hex(3)}-${hex(12)}`;
    },
    uuidV4: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${variant()}${hex(3)}-${hex(12)}`,
  };
}
