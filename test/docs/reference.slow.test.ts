import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runNode } from '../../scripts/package/run.ts';
import { projectRoot } from '../support/source.ts';

// `npm run docs`, and what a reader meets in it.
vi.setConfig({ hookTimeout: 120_000 });

const typedoc = join(projectRoot, 'node_modules/typedoc/bin/typedoc');
let out: string;
const read = (path: string): string => readFileSync(join(out, path), 'utf8');

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'reference-'));
  const { status, output } = await runNode([typedoc, '--out', out], { cwd: projectRoot });
  expect(output, String(status)).toContain('html generated');
});
afterAll(() => rm(out, { recursive: true, force: true }));

test('npm run docs names the entry points as they are imported, says a sentence of each, and begins each with its factory', () => {
  const entries = read('modules.html').matchAll(
    /href="modules\/[^"]*">([^<]*)<\/a>.*?class="tsd-member-summary">(.*?)<\/dd>/gs,
  );
  expect(Array.from(entries, ([, name, summary = '']) => [name, /<p>[A-Z].*\.<\/p>/s.test(summary)])).toEqual([
    ['traq-auth', true],
    ['traq-auth/browser', true],
    ['traq-auth/node', true],
    ['traq-auth/testing', true],
  ]);
  const first = ['traq-auth', 'traq-auth_browser', 'traq-auth_node', 'traq-auth_testing'].map((name) => {
    return /tsd-member-summary-name.*?<a href="([^"]*)"/s.exec(read(`modules/${name}.html`))?.[1];
  });
  expect(first).toEqual([
    '../functions/traq-auth.createTraqAuth.html',
    '../functions/traq-auth_browser.createTraqAuth.html',
    '../functions/traq-auth_node.fileSessionStore.html',
    '../functions/traq-auth_testing.createFakeTraq.html',
  ]);
});

test('npm run docs leads nowhere that is not there, and has every guide', () => {
  const pages = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const dead = pages.flatMap((page) =>
    [...read(page).matchAll(/(?:href|src)="([^"#]*)(?:#([^"]*))?"/g)].flatMap(([link, path = '', anchor]) => {
      if (/^[a-z]+:/.test(path)) return [];
      const target = path === '' ? page : join(dirname(page), decodeURI(path));
      const isThere = existsSync(join(out, target));
      const isWhole = isThere && (!anchor || !/\.html$/.test(target) || read(target).includes(`id="${anchor}"`));
      return isWhole ? [] : [`${page}: ${link}`];
    }),
  );
  expect(dead).toEqual([]);
  const guides = readdirSync(join(projectRoot, 'guides')).map((name) => `documents/${name.replace(/\.md$/, '.html')}`);
  expect(pages).toEqual(expect.arrayContaining(guides));
});

test('a search of the reference finds the codes of errors, and words of the guides', () => {
  const [, text = ''] = /"([^"]+)"/.exec(read('assets/search.js')) ?? [];
  const { index, rows } = JSON.parse(inflateSync(Buffer.from(text, 'base64')).toString());
  const { Index } = createRequire(typedoc)('lunr');
  const search = (words: string): string[] =>
    Index.load(index)
      .search(`*${words}*`)
      .map(({ ref }: { ref: number }) => rows[ref].url);
  expect(search('not_logged_in')).toEqual(
    expect.arrayContaining(['types/traq-auth.TraqErrorCode.html', 'interfaces/traq-auth.Sessions.html#list']),
  );
  expect(search('NODE_USE_ENV_PROXY')).toContain('documents/network.html');
});
