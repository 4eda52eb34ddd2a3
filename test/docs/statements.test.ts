import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { readRecord } from '../../scripts/contract/source-record.ts';
import { documentsIn, fencesIn, readmes } from '../../scripts/docs/snippets.ts';
import { projectRoot } from '../support/source.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
/** A document without what is between fences. */
const prose = (path: string): string => read(path).replace(/^```.*?^```$/gms, '');
const linksIn = (text: string): string[] => matches(text, /\]\(([^)]+)\)/g);

/** What is the same in every language, section by section: depth, code spans, links and items of lists, in any order. */
function marksOf(path: string): string[][] {
  return prose(path)
    .split(/^(?=#)/m)
    .map((section) => [
      ...matches(section, /^(#+) /gm),
      ...matches(section, /(`[^`\n]+`)/g).sort(),
      ...linksIn(section).filter((link) => !link.startsWith('README')),
      ...matches(section, /^(- )/gm),
    ]);
}

/** The code of a document without its comments: languages differ in where lines break. */
function codeOf(path: string): string[] {
  return fencesIn(projectRoot, path).map(({ words, code }) => {
    if (words[0] === 'sh') return code.replace(/(^|\s+)#.*$/gm, '');
    const bare = transformSync(code, { loader: 'ts', minifyWhitespace: true, legalComments: 'none' }).code;
    return [...words, bare].join(' ');
  });
}

test('README.ja.md says the same as README.md: headings, code, code spans, links and items', () => {
  const [english, japanese] = readmes;
  expect(codeOf(japanese)).toEqual(codeOf(english));
  expect(marksOf(japanese)).toEqual(marksOf(english));
  expect(marksOf(english).length).toBeGreaterThan(8);
});

test.each(readmes)('%s is short, and names the contract and the versions of Node that other files do', (path) => {
  expect(read(path).trimEnd().split('\n').length).toBeLessThanOrEqual(240);
  const { commit, sha256, date } = readRecord(read('openapi/traq-auth.source.json'));
  const said = matches(read(path), /`([^`\n]+)`/g);
  expect(said).toEqual(expect.arrayContaining([commit ?? sha256.slice(0, 12), date, packageJson.engines.node]));
});

test.each(readmes)('%s has a row for each option', (path) => {
  const [, members = ''] = /interface TraqAuthOptions \{(.*?)^\}/ms.exec(read('src/options.ts')) ?? [];
  const options = matches(members, /^ {2}(\w+)\?:/gm);
  const table = /^\| `baseUrl`.*?\n\n/ms.exec(read(path))?.[0] ?? '';
  expect(matches(table, /^\| `(\w+)` \|/gm).sort()).toEqual(options.sort());
  expect(options.length).toBeGreaterThan(5);
});

test.each(documentsIn(projectRoot))('%s names commands and files that exist, and the language of its code', (path) => {
  const known = [...Object.keys(packageJson.scripts), 'ci', 'install', 'pack', 'test', 'version'];
  const commands = matches(read(path), /(?:^|`|&& )npm (?:run )?(?:--silent )?([\w:-]+)/gm);
  expect(commands.filter((name) => !known.includes(name))).toEqual([]);
  const files = linksIn(prose(path)).filter((link) => !/^(https?:|#)/.test(link));
  const dead = files.filter((link) => !existsSync(join(projectRoot, dirname(path), link.replace(/#.*/, ''))));
  expect(dead).toEqual([]);
  const languages = fencesIn(projectRoot, path).map(({ words }) => words[0]);
  expect(['ts', 'js', 'sh', 'text']).toEqual(expect.arrayContaining(languages));
});

test('guides/contents.md has every guide, and every heading of each', () => {
  const anchor = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-');
  const guides = readdirSync(join(projectRoot, 'guides')).filter((name) => name !== 'contents.md');
  const headings = guides.flatMap((name) => [
    ...matches(prose(`guides/${name}`), /^# (.*)$/gm).map((title) => `[${title}](${name})`),
    ...matches(prose(`guides/${name}`), /^## (.*)$/gm).map((heading) => `[${heading}](${name}#${anchor(heading)})`),
  ]);
  expect(matches(read('guides/contents.md'), /- (.*)/g).sort()).toEqual(headings.sort());
  expect(guides.length).toBeGreaterThan(5);
});

test('CONTRIBUTING.md shows every folder of src, scripts and test', () => {
  const shown = matches(prose('CONTRIBUTING.md'), /`(?:\w+\/)*([\w-]+)\/`/g);
  const folders = ['src', 'scripts', 'test'].flatMap((parent) =>
    readdirSync(join(projectRoot, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory()),
  );
  expect(shown).toEqual(expect.arrayContaining(folders.map(({ name }) => name)));
  expect(folders.length).toBeGreaterThan(20);
});
