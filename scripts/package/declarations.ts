import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Plugin, rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';
import { entries, sharedWith } from './entries.ts';

const declarationOf = (path: string): string => path.replace(/\.ts$/, '.d.ts');

// Each file's declarations follow from that file alone (isolatedDeclarations), so that no program need be made of them.
const declarations: Plugin = {
  name: 'declarations',
  resolveId(specifier, importer) {
    if (importer === undefined) return resolve(specifier);
    if (!specifier.startsWith('.')) return { id: specifier, external: true };
    const shared = sharedWith(specifier, importer);
    if (shared !== undefined) return { id: shared, external: true };
    return declarationOf(resolve(dirname(importer), specifier));
  },
  async load(id) {
    const fileName = id.replace(/\.d\.ts$/, '.ts');
    const { outputText, diagnostics = [] } = ts.transpileDeclaration(await readFile(fileName, 'utf8'), {
      fileName,
      reportDiagnostics: true,
      compilerOptions: { isolatedDeclarations: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext },
    });
    for (const { messageText } of diagnostics) this.error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    return inlineSchemas(outputText);
  },
};

/**
 * Writes the generated aliases of schemas out (`LoginSession = components['schemas']['LoginSession']`), so that a bundle
 * that shows two of them need not carry the descriptions of all; schemas that refer to others stay.
 */
function inlineSchemas(declarations: string): string {
  const aliases = /^(export type \w+ = )components\[['"]schemas['"]\]\[['"](\w+)['"]\];$/gm;
  return declarations.replace(aliases, (alias: string, head: string, name: string) => {
    const schema = new RegExp(`^ {8}${name}: (\\{\\n.*?^ {8}\\};)$`, 'ms').exec(declarations)?.[1];
    return schema === undefined || schema.includes('components[')
      ? alias
      : head + schema.replaceAll('\n        ', '\n');
  });
}

/** Bundles the declarations of each export into one file that holds no more than its public types need. */
export async function bundleDeclarations(): Promise<Map<string, string>> {
  const bundle = await rollup({
    input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, declarationOf(path)])),
    plugins: [declarations, dts()],
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  const { output } = await bundle.generate({
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
  });
  await bundle.close();
  return new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code] as const] : [])));
}
