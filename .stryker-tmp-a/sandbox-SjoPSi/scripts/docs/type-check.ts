import { join } from 'node:path';
import ts from 'typescript';
import { moduleOf, type Snippet } from './snippet.ts';

/** What a program has beside the language: a page's types and Node's, or Node's alone, whose `json()` is no `any`. */
const platforms = { both: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'], node: ['ES2023'] } as const;

/**
 * Type-checks snippets as strictly as the project itself, against the built package; gives what is wrong. Those that run
 * in no page are checked with Node's types alone as well.
 */
export function typeCheck(root: string, snippets: readonly Snippet[]): string[] {
  const outside = snippets.filter(({ words }) => !words.includes('page'));
  return [...new Set([...checkOn('both', root, snippets), ...checkOn('node', root, outside)])];
}

function checkOn(platform: keyof typeof platforms, root: string, snippets: readonly Snippet[]): string[] {
  // Beside the stage, where no file is: they live in memory alone.
  const modules = new Map(
    snippets.map((snippet, index) => [
      join(root, 'scripts/docs', `snippet-${index}.ts`),
      { snippet, text: moduleOf(snippet) },
    ]),
  );
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, lib: platforms[platform] }, root);
  const strict: ts.CompilerOptions = {
    ...options,
    // Snippets leave over what they show, and export nothing.
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedDeclarations: false,
    declaration: false,
    noEmit: true,
  };
  const host = ts.createCompilerHost(strict);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => modules.has(name) || fileExists(name);
  host.readFile = (name) => modules.get(name)?.text ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = modules.get(name)?.text;
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...modules.keys()], strict, host);
  return [...modules].flatMap(([name, { snippet }]) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = snippet.line + (source?.getLineAndCharacterOfPosition(start).line ?? 1) - 1;
      return `${snippet.where}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}
