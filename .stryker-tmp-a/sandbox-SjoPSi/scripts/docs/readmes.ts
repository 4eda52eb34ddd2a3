import ts from 'typescript';
import type { Fence, Markdown, Section } from './markdown.ts';

/**
 * What keeps two READMEs from being the same in two languages. Sections are paired by their order, and are the same in
 * depth, code but for its comments, code spans of tables cell by cell, code spans of the text as a whole, links, and
 * number of list items.
 */
export function readmeFaults(one: Markdown, other: Markdown): string[] {
  if (one.sections.length !== other.sections.length) {
    return [`${other.path} has ${other.sections.length - 1} headings, ${one.path} ${one.sections.length - 1}`];
  }
  return one.sections.flatMap((section, index) => {
    const pair = other.sections[index];
    return pair === undefined
      ? []
      : differences(section, pair, one.path).map((what) => `${other.path}:${pair.line}: ${what}`);
  });
}

function differences(one: Section, other: Section, path: string): string[] {
  const same = (what: string, read: (section: Section) => unknown): string[] =>
    JSON.stringify(read(one)) === JSON.stringify(read(other)) ? [] : [`${what} than at ${path}:${one.line}`];
  return [
    ...same('another depth of heading', ({ depth }) => depth),
    ...same('other code (comments aside)', ({ fences }) =>
      fences.map((fence) => [fence.language, fence.words, bareCode(fence)]),
    ),
    ...same('other code in a table', ({ tables }) => tables),
    ...same('other code in the text', ({ codeSpans }) => [...codeSpans].sort()),
    ...same('other links', ({ links }) => links.filter((link) => !/README(\.ja)?\.md$/.test(link)).sort()),
    ...same('another number of list items', ({ items }) => items),
  ];
}

/** Code without its comments, by tokens: languages differ in where lines break. */
function bareCode({ language, code }: Fence): string[] {
  if (language !== 'ts' && language !== 'js') return code.split('\n').map((line) => line.replace(/(^|\s+)#.*$/, ''));
  const tokens: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.getChildCount() === 0) tokens.push(node.getText());
    for (const child of node.getChildren()) visit(child);
  };
  visit(ts.createSourceFile('fence.ts', code, ts.ScriptTarget.Latest, true));
  return tokens.filter((token) => token !== '');
}
