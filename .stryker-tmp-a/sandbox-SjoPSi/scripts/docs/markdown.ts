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

/** What stands below one heading, up to the next. */
export interface Section {
  readonly line: number;
  readonly depth: number;
  readonly heading: string;
  readonly fences: readonly Fence[];
  /** Each table by its rows, the header first, each row by its cells' code spans. */
  readonly tables: readonly (readonly (readonly string[])[][])[];
  readonly items: number;
  readonly codeSpans: readonly string[];
  readonly links: readonly string[];
}

/** A document as its checks see it. */
export interface Markdown {
  /** From the project's root. */
  readonly path: string;
  readonly lines: number;
  /** The first one has depth 0: what stands before any heading. */
  readonly sections: readonly Section[];
}

/** Reads a document. */
export function readMarkdown(path: string, text: string): Markdown {
  const sections: Section[] = [];
  let begun = { line: 1, depth: 0, heading: '' };
  let tokens: { readonly token: Token; readonly line: number }[] = [];
  let line = 1;
  const close = (): void => {
    sections.push({ ...begun, ...contentOf(tokens) });
    tokens = [];
  };
  for (const token of marked.lexer(text)) {
    if (token.type === 'heading') {
      close();
      begun = { line, depth: token['depth'] as number, heading: token['text'] as string };
    } else tokens.push({ token, line });
    line += token.raw.split('\n').length - 1;
  }
  close();
  return { path, lines: text.trimEnd().split('\n').length, sections };
}

type Content = Omit<Section, 'line' | 'depth' | 'heading'>;

function contentOf(tokens: readonly { readonly token: Token; readonly line: number }[]): Content {
  const inner = tokens.flatMap(({ token }) => within(token));
  return {
    fences: tokens.flatMap(({ token, line }) => (token.type === 'code' ? [fenceOf(token as Tokens.Code, line)] : [])),
    tables: tokens.flatMap(({ token }) => (token.type === 'table' ? [rowsOf(token as Tokens.Table)] : [])),
    items: inner.filter(({ type }) => type === 'list_item').length,
    codeSpans: inner.filter(({ type }) => type === 'codespan').map((token) => (token as Tokens.Codespan).text),
    links: inner.filter(({ type }) => type === 'link').map((token) => (token as Tokens.Link).href),
  };
}

function fenceOf({ lang, text }: Tokens.Code, line: number): Fence {
  const [language = '', ...words] = (lang ?? '').split(/\s+/);
  return { line: line + 1, language, words, code: text };
}

function rowsOf({ header, rows }: Tokens.Table): string[][][] {
  return [header, ...rows].map((row) =>
    row.map((cell) =>
      cell.tokens.flatMap(within).flatMap((token) => (token.type === 'codespan' ? [token['text'] as string] : [])),
    ),
  );
}

/** A token and all those in it. */
function within(token: Token): Token[] {
  const found = [token];
  marked.walkTokens([token], (inner) => {
    if (inner !== token) found.push(inner);
  });
  return found;
}
