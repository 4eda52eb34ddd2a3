import { marked, type Token, type Tokens } from 'marked';

/** A block of code between fences. */
export interface Fence {
  /** Of its first line of code. */
  readonly line: number;
  /** What stands behind the opening fence: the language, and words of ours. */
  readonly language: string;
  readonly words: readonly string[];
  readonly code: string;
}

/** What stands below one heading, up to the next; the first section has none. */
export interface Section {
  readonly line: number;
  readonly depth: number;
  readonly heading: string;
  readonly fences: Fence[];
  /** Each table by its rows, the header first, each row by its cells' code spans. */
  readonly tables: string[][][][];
  /** What stands in the text, tables included. */
  readonly codeSpans: string[];
  readonly links: string[];
  /** Items of lists. */
  readonly items: string[];
}

/** A document as its checks see it. */
export interface Markdown {
  /** From the project's root. */
  readonly path: string;
  readonly lines: number;
  readonly sections: readonly Section[];
}

/** Reads a document. */
export function readMarkdown(path: string, text: string): Markdown {
  const begin = (line: number, depth = 0, heading = ''): Section => {
    return { line, depth, heading, fences: [], tables: [], codeSpans: [], links: [], items: [] };
  };
  let line = 1;
  let section = begin(line);
  const sections = [section];
  for (const token of marked.lexer(text) as Tokens.Generic[]) {
    if (token.type === 'heading') {
      section = begin(line, token['depth'], token['text']);
      sections.push(section);
    } else addTo(section, token, line);
    line += token.raw.split('\n').length - 1;
  }
  return { path, lines: text.trimEnd().split('\n').length, sections };
}

function addTo(section: Section, token: Tokens.Generic, line: number): void {
  if (token.type === 'code') {
    const [language = '', ...words] = (token['lang'] ?? '').split(/\s+/);
    section.fences.push({ line: line + 1, language, words, code: token['text'] });
  }
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    section.tables.push([header, ...rows].map((row) => row.map(({ tokens }) => textsIn(tokens, 'codespan'))));
  }
  section.codeSpans.push(...textsIn([token], 'codespan'));
  section.links.push(...textsIn([token], 'link', 'href'));
  section.items.push(...textsIn([token], 'list_item'));
}

/** What the tokens of a kind, however deep they are, say of themselves. */
function textsIn(tokens: Token[], type: 'codespan' | 'link' | 'list_item', field: 'text' | 'href' = 'text'): string[] {
  const texts: string[] = [];
  marked.walkTokens(tokens, (token) => {
    if (token.type === type) texts.push((token as Tokens.Generic)[field]);
  });
  return texts;
}
