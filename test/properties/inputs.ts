import fc from 'fast-check';

/** Texts that have led others astray, in addresses most of all. */
const traps = [
  ...['', ' ', '.', '..', '../..', '/', '//evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example'],
  ...['\n//evil.example', 'https:evil.example', 'https://127.0.0.1@evil.example/', 'http://127.0.0.1.evil.example/'],
  ...['http://127.0.0.1:80@evil.example', 'javascript:alert(1)', 'data:,x', 'a/b', 'a?b=c#d', '%2e%2e%2f', '%'],
  ...['{sessionId}', '__proto__', 'constructor', '\0', '\ud800', '\r\nSet-Cookie: r_session=x', 'ü😀'],
  ...['01890af4-6f7c-7b1e-8a3d-2f4b5c6d7e8f', '01890AF4-6F7C-7B1E-8A3D-2F4B5C6D7E8F '],
];

/** Any text: traps, mixtures of them, whatever Unicode has. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...traps),
  fc.array(fc.constantFrom(...traps, 'a', '1'), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.uuid(),
);

/** Anything that JavaScript has. */
export const anything: fc.Arbitrary<unknown> = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** Mostly a text, else anything. */
export const textOrElse: fc.Arbitrary<unknown> = fc.oneof({ weight: 4, arbitrary: text }, anything);
