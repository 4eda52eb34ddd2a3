import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

test('SECURITY.md names tests that there are, for each of its promises', async () => {
  const page = await readFile(new URL('SECURITY.md', root), 'utf8');
  const [, promises = ''] = /## What is promised\n([\s\S]*?)\n## /.exec(page) ?? [];
  const rows = promises.split('\n').filter((line) => line.startsWith('| ') && !/^\| (promise|-)/.test(line));
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows) {
    const shownBy = row.split(' | ').at(-1) ?? '';
    const [, file] = /`(test\/[^`]+)`/.exec(shownBy) ?? [];
    expect(file, row).toBeDefined();
    const source = await readFile(new URL(String(file), root), 'utf8');
    for (const [, title] of shownBy.matchAll(/"([^"]+)"/g)) expect(source).toContain(title);
  }
});
