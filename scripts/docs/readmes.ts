import { transformSync } from 'esbuild';
import type { Fence, Markdown, Section } from './markdown.ts';

/**
 * What keeps two READMEs from being the same in two languages. Sections are paired by their order, and are the same in
 * depth, code but for its comments, number of items in lists, and the code spans and links of their text in any order.
 */
export function readmeFaults(one: Markdown, other: Markdown): string[] {
  if (one.sections.length !== other.sections.length) {
    return [`${other.path} has ${other.sections.length - 1} headings, ${one.path} ${one.sections.length - 1}`];
  }
  return one.sections.flatMap((section, index) => {
    const pair = other.sections[index];
    if (pair === undefined) return [];
    const [has, lacks] = [without(marksOf(pair), marksOf(section)), without(marksOf(section), marksOf(pair))];
    const where = `${other.path}:${pair.line}`;
    return [
      ...has.map((mark) => `${where}: has ${mark}, and ${one.path}:${section.line} has not`),
      ...lacks.map((mark) => `${where}: lacks ${mark}, of ${one.path}:${section.line}`),
    ];
  });
}

/** What is the same in every language. */
function marksOf({ depth, fences, codeSpans, links, items }: Section): string[] {
  return [
    `a heading of depth ${depth}`,
    ...fences.map((fence) => `the code\n${[fence.language, ...fence.words].join(' ')}\n${bareCode(fence)}`),
    ...codeSpans.map((text) => `\`${text}\``),
    ...links.filter((link) => !/README(\.ja)?\.md$/.test(link)),
    ...items.map(() => 'an item of a list'),
  ];
}

/** The marks that are left of a list once another's are taken out, each as often as it is there. */
function without(marks: string[], others: readonly string[]): string[] {
  const left = [...marks];
  for (const mark of others) if (left.includes(mark)) left.splice(left.indexOf(mark), 1);
  return left;
}

/** Code without its comments: languages differ in where lines break. */
function bareCode({ language, code }: Fence): string {
  if (!/^[tj]s$/.test(language)) return code.replace(/(^|\s+)#.*$/gm, '');
  return transformSync(code, { loader: 'ts', minifyWhitespace: true, legalComments: 'none' }).code;
}
