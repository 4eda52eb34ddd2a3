import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Run, run } from '../../scripts/package/run.ts';
import { projectRoot } from '../support/source.ts';

/** Runs the script with an npm and a gh that only note what they were asked, when an issue of that number is open. */
async function reportDrift(status: number, report: string, open = ''): Promise<Run & { asked: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'report-drift-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stub = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  writeFileSync(join(folder, 'report'), report);
  writeFileSync(join(folder, 'asked'), '');
  stub(
    'npm',
    `echo "npm $*" >> "${folder}/asked"; echo '(node:7) Warning: x is deprecated' >&2; cat "${folder}/report"; exit ${status}`,
  );
  stub(
    'gh',
    `echo "gh $1 $2 $3" >> "${folder}/asked"
     if [ "$2" = list ]; then printf '%s' '${open}'; fi
     while [ $# -gt 1 ]; do if [ "$1" = --body-file ]; then cat "$2" >> "${folder}/asked"; fi; shift; done`,
  );
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const result = await run('bash', [join(projectRoot, 'scripts/report-drift.sh')], { env });
  return { ...result, asked: readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n') };
}

test('report-drift.sh opens an issue with the report when the contract has drifted', async () => {
  const report = 'breaking: upstream has changed.\n  - login: `400` is gone\n$(touch nothing)';
  const { status, stdout, asked } = await reportDrift(1, report);
  expect(status).toBe(0);
  expect(stdout).toContain(report);
  expect(asked.slice(0, 3)).toEqual([
    'npm run --silent spec:check',
    'gh issue list --state',
    'gh issue create --title',
  ]);
  expect(asked.join('\n')).toContain(`~~~text\n${report}\n~~~`);
});

test('report-drift.sh brings the open issue up to date, and opens no second one', async () => {
  const { status, asked } = await reportDrift(1, 'compatible: upstream has changed.', '7');
  expect(status).toBe(0);
  expect(asked.filter((line) => line.startsWith('gh'))).toEqual(['gh issue list --state', 'gh issue edit 7']);
});

test('report-drift.sh opens nothing when nothing or only texts changed, and closes what is open', async () => {
  const quiet = await reportDrift(0, 'same');
  expect(quiet).toMatchObject({ status: 0, asked: ['npm run --silent spec:check', 'gh issue list --state'] });
  const closing = await reportDrift(0, 'docs', '7');
  expect(closing.asked.at(-1)).toBe('gh issue close 7');
});

test.each([
  ['there was nothing to compare', 2, 'not a description'],
  ['spec:check itself broke', 1, 'TypeError: x is not a function'],
])('report-drift.sh fails when %s, and touches no issue', async (_, ends, report) => {
  const { status, stdout, asked } = await reportDrift(ends, report);
  expect(status).toBe(2);
  expect(stdout).toContain('::error::');
  expect(asked).toEqual(['npm run --silent spec:check']);
});

test('report-drift.sh keeps a report of any length within what an issue takes', async () => {
  const { asked } = await reportDrift(1, `breaking: ${'x'.repeat(100_000)}`);
  expect(asked.join('\n').length).toBeLessThan(65_000);
});
