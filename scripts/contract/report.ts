import type { Change } from './change.ts';
import { descriptionsPath, recordPath } from './project-files.ts';
import type { SourceRecord } from './source-record.ts';
import type { SpecComparison } from './spec-comparison.ts';
import type { Update } from './spec-update.ts';

/** The comparison for a person who has to decide what to do today. */
export function textReport(comparison: SpecComparison): string {
  const { source, changes, texts, overlay, notes, parts } = comparison;
  const own = changes.filter(({ covered }) => !covered);
  const sections = [
    section('Breaking', own.filter((change) => change.class === 'breaking').flatMap(changeLines)),
    section('Compatible', own.filter((change) => change.class === 'compatible').flatMap(changeLines)),
    section(
      'Covered by the overlay: the client goes by this already',
      changes.filter(({ covered }) => covered).flatMap(changeLines),
    ),
    section(
      'Texts that changed upstream: see whether ours still say so',
      texts.map(({ place, what }) => `${place}: ${what}`),
    ),
    section('Overlay actions that will no longer fit', overlay),
    section('Notes', notes),
  ];
  const compared = `Compared ${source.name} (sha256 ${source.sha256.slice(0, 12)}…) with openapi/, last brought up to ${origin(parts.held.record)}.`;
  return [`${comparison.class}: ${headline(comparison)}`, compared, ...sections.flat(), ...nextSteps(comparison)].join(
    '\n',
  );
}

/** The same as data. */
export function jsonReport({ parts, ...comparison }: SpecComparison): string {
  const { repository, path, commit, date, sha256 } = parts.held.record;
  return JSON.stringify({ ...comparison, recorded: { repository, path, commit, date, sha256 } }, null, 2);
}

function headline({ class: verdict, changes, texts }: SpecComparison): string {
  if (verdict === 'same') return 'upstream describes our operations as we do.';
  if (verdict === 'docs') return `only texts changed upstream, in ${count(texts.length, 'place')}.`;
  const covered = changes.filter((change) => change.covered).length;
  const own = changes.filter((change) => !change.covered);
  const breaking = own.filter((change) => change.class === 'breaking').length;
  const parts = [
    ...(breaking > 0 ? [`${breaking} breaking`] : []),
    ...(own.length > breaking ? [`${own.length - breaking} compatible`] : []),
    ...(covered > 0 ? [`${covered} covered by the overlay`] : []),
  ];
  return `upstream has changed: ${parts.join(', ')}.`;
}

function origin({ repository, path, commit, date }: SourceRecord): string {
  return `${repository} ${path}${commit === undefined ? '' : ` at ${commit.slice(0, 12)}`} on ${date}`;
}

function changeLines({ place, what, methods, covered, advice }: Change): string[] {
  const reaches = methods.length === 0 ? 'no method yet' : methods.join(', ');
  return [`${place}: ${what}`, `    reaches ${reaches}`, ...(covered ? [] : [`    ${advice}`])];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => (line.startsWith(' ') ? line : `  - ${line}`))];
}

function nextSteps({ class: verdict, source }: SpecComparison): string[] {
  if (verdict === 'same') return [];
  const update = `"npm run spec:update -- ${source.name}"`;
  const next =
    verdict === 'docs'
      ? `compare the texts above with ours in ${descriptionsPath}, then ${update} (it writes ${recordPath} alone)`
      : `${update}; it says what to do after it`;
  return ['', `Next: ${next}.`];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** What an update has done, and what is left to a person. */
export function updateReport({ comparison, written, refused }: Update): string {
  const what = written.length === 0 ? 'Nothing to write.' : `Wrote ${written.join(', ')}.`;
  const texts = comparison.texts.map(({ place, what }) => `${place}: ${what}`);
  const steps = [
    ...(refused === undefined
      ? []
      : ['mend what is named above, then run "npm run generate" (generated/ is as it was)']),
    ...(comparison.changes.length === 0 ? [] : ['run "npm test", and make the methods follow what it says']),
    ...(written.length === 0 ? [] : ['commit openapi/ and generated/ together']),
  ];
  return [
    `${comparison.class}: ${what}`,
    ...section(`Texts that changed upstream: see whether ours in ${descriptionsPath} still say so`, texts),
    ...(refused === undefined ? [] : ['', refused]),
    ...(steps.length === 0 ? [] : ['', 'Next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)]),
  ].join('\n');
}
