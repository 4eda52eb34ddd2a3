import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Run, runNode } from '../../scripts/package/run.ts';

/** An npm that notes what it is asked, and packs a few bytes. */
const stub = `#!/usr/bin/env bash
echo "$*" >> "$NOTES"
case "$1 $3 $MISHAP" in
  'pack '*' build') wc -l < "$NOTES" > "\${!#}/x.tgz" ;;
  'pack '*) echo 'the package' > "\${!#}/x.tgz" ;;
  'run check:package fault') exit 1 ;;
esac
`;

/** Rehearses with that npm; a mishap is what goes wrong on the way. */
async function rehearse(mishap: string, ...args: string[]): Promise<Run & { asked: string[]; left: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [notes, left] = [join(folder, 'asked'), join(folder, 'release')];
  writeFileSync(notes, '');
  writeFileSync(join(folder, 'npm'), stub);
  chmodSync(join(folder, 'npm'), 0o755);
  const env = { NOTES: notes, MISHAP: mishap, PATH: `${folder}:${process.env['PATH']}` };
  const run = await runNode(['--import', 'tsx', 'scripts/rehearse-release.ts', '--output', left, ...args], { env });
  return { ...run, asked: readFileSync(notes, 'utf8').trimEnd().split('\n'), left };
}

test('release:rehearse packs, tests that tarball, and leaves the very one, with its sum', async () => {
  const { status, output, asked, left } = await rehearse('');
  expect(asked).toEqual([
    expect.stringMatching(/^pack .*\/first$/),
    expect.stringMatching(/^run --silent check:package -- \S+\/first\/x\.tgz$/),
    expect.stringMatching(/^publish \S+\/first\/x\.tgz --dry-run /),
    expect.stringMatching(/^pack .*\/second$/),
  ]);
  expect(readdirSync(left).sort()).toEqual(['SHA512SUMS', 'x.tgz']);
  expect(readFileSync(join(left, 'x.tgz'), 'utf8')).toBe('the package\n');
  expect(output).toContain(readFileSync(join(left, 'SHA512SUMS'), 'utf8').trimEnd());
  expect(output).toContain('Nothing was published.');
  expect(status).toBe(0);
});

test('release:rehearse refuses a tag while there is something to do, before anything is packed', async () => {
  const { status, output, asked } = await rehearse('', '--tag', 'v0.0.0-none', '--repository', 'https://example.com/x');
  expect(output).toMatch(/^The rehearsal failed: The tag is v0\.0\.0-none, and package\.json says /m);
  expect(asked).toEqual(['']);
  expect(status).toBe(1);
});

test.each([
  ['the tests find a fault', 'fault', /check:package -- .*/],
  ['another build makes something else', 'build', /Another build gives another tarball/],
])('release:rehearse fails, and leaves nothing, when %s', async (_, mishap, reason) => {
  const { status, output, left } = await rehearse(mishap);
  expect(output).toMatch(/The rehearsal failed: /);
  expect(output).toMatch(reason);
  expect(() => readdirSync(left)).toThrow('ENOENT');
  expect(status).toBe(1);
});
