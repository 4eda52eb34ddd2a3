import { expect, test } from 'vitest';
import { inlineRootTypes } from '../../scripts/package/root-types.ts';

const schemas = `export interface components {
    schemas: {
        Flat: {
            /** When. */
            at: string;
        };
        Nested: { flat: components["schemas"]["Flat"] };
    };
}
`;

test('inlineRootTypes writes an alias out with its comments, from the margin on', () => {
  const inlined = inlineRootTypes(`${schemas}export type Flat = components['schemas']['Flat'];\n`);
  expect(inlined).toBe(`${schemas}export type Flat = {\n    /** When. */\n    at: string;\n};\n`);
});

test('inlineRootTypes leaves a schema that refers to another as it is', () => {
  const declarations = `${schemas}export type Nested = components['schemas']['Nested'];\n`;
  expect(inlineRootTypes(declarations)).toBe(declarations);
});

test('inlineRootTypes leaves an alias of no schema, and a file without schemas, as they are', () => {
  const missing = `${schemas}export type Gone = components['schemas']['Gone'];\n`;
  expect(inlineRootTypes(missing)).toBe(missing);
  expect(inlineRootTypes('export type A = string;\n')).toBe('export type A = string;\n');
});
