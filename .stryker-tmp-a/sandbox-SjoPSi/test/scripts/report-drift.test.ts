import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../support/source.ts';

interface Drift {
  /** What spec:check ends with, and prints. */
  readonly status: number;
  readonly report: string;
  /** The issue that is open. */
  readonly open?: string;
}

/** Runs the script with an npm and a gh that only note what they were asked. */
function reportDrift({ status, report, open = '' }: Drift): Promise<{ code: number; out: string; asked: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'report-drift-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stub = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  writeFileSync(join(folder, 'report'), report);
  writeFileSync(join(folder, 'asked'), '');
  stub('npm', `echo "npm $*" >> "${folder}/asked"; cat "${folder}/report"; exit ${status}`);
  stub(
    'gh',
    `echo "gh $1 $2 $3" >> "${folder}/asked"
     if [ "$2" = list ]; then printf '%s' '${open}'; fi
     while [ $# -gt 1 ]; do if [ "$1" = --body-file ]; then cat "$2" >> "${folder}/asked"; fi; shift; done`,
  );
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  return new Promise((resolve) => {
    execFile('bash', [join(projectRoot, 'scripts/report-drift.sh')], { env }, (error, out) => {
      const asked = readFileSync(join(folder, 'asked'), 'utf8').trimEnd().split('\n');
      resolve({ code: Number(error?.code ?? 0), out, asked });
    });
  });
}

test('report-drift.sh opens an issue with the report when the contract has drifted', async () => {
  const report = 'breaking: upstream has changed.\n  - login: `400` is gone\n$(touch nothing)';
  const { code, out, asked } = await reportDrift({ status: 1, report });
  expect(code).toBe(0);
  expect(out).toContain(report);
  expect(asked.slice(0, 3)).toEqual([
    'npm run --silent spec:check',
    'gh issue list --state',
    'gh issue create --title',
  ]);
  expect(asked.join('\n')).toContain(`~~~text\n${report}\n~~~`);
});

test('report-drift.sh brings the open issue up to date, and opens no second one', async () => {
  const { code, asked } = await reportDrift({ status: 1, report: 'compatible: upstream has changed.', open: '7' });
  expect(code).toBe(0);
  expect(asked.filter((line) => line.startsWith('gh'))).toEqual(['gh issue list --state', 'gh issue edit 7']);
});

test('report-drift.sh opens nothing when nothing or only texts changed, and closes what is open', async () => {
  const quiet = await reportDrift({ status: 0, report: 'same' });
  expect(quiet).toMatchObject({ code: 0, asked: ['npm run --silent spec:check', 'gh issue list --state'] });
  const closing = await reportDrift({ status: 0, report: 'docs', open: '7' });
  expect(closing.asked.at(-1)).toBe('gh issue close 7');
});

test.each([
  ['there was nothing to compare', 2, 'not a description'],
  ['spec:check itself broke', 1, 'TypeError: x is not a function'],
])('report-drift.sh fails when %s, and touches no issue', async (_, status, report) => {
  const { code, out, asked } = await reportDrift({ status, report });
  expect(code).toBe(2);
  expect(out).toContain('::error::');
  expect(asked).toEqual(['npm run --silent spec:check']);
});

test('report-drift.sh keeps a report of any length within what an issue takes', async () => {
  const { asked } = await reportDrift({ status: 1, report: `breaking: ${'x'.repeat(100_000)}` });
  expect(asked.join('\n').length).toBeLessThan(65_000);
});
