import type { Change } from './change.ts';
import { files } from './project-files.ts';
import type { SpecComparison } from './spec-comparison.ts';
import type { Update } from './spec-update.ts';

/** The comparison for a person who has to decide what to do today. */
export function textReport(comparison: SpecComparison): string {
  const { class: verdict, source, changes, overlay, notes, held } = comparison;
  const { repository, path, commit, date } = held.record;
  const own = changes.filter(({ covered }) => !covered);
  const of = (rating: Change['class']) => own.filter((change) => change.class === rating);
  const covered = changes.filter((change) => change.covered);
  const counts = { breaking: of('breaking'), compatible: of('compatible'), 'covered by the overlay': covered };
  const counted = Object.entries(counts).flatMap(([name, { length }]) => (length > 0 ? [`${length} ${name}`] : []));
  const update = `"npm run spec:update -- ${source.name}"`;
  const [headline, next] = {
    same: ['upstream describes our operations as we do.', ''],
    docs: [
      'only texts changed upstream.',
      `compare the texts above with ours in ${files.descriptions}, then ${update}`,
    ],
    other: [`upstream has changed: ${counted.join(', ')}.`, `${update}; it says what to do after it`],
  }[verdict === 'same' || verdict === 'docs' ? verdict : 'other'] as [string, string];
  const origin = `${repository} ${path}${commit === undefined ? '' : ` at ${commit.slice(0, 12)}`} on ${date}`;
  return [
    `${verdict}: ${headline}`,
    `Compared ${source.name} (sha256 ${source.sha256.slice(0, 12)}…) with openapi/, last brought up to ${origin}.`,
    ...section('Breaking', of('breaking').flatMap(changeLines)),
    ...section('Compatible', of('compatible').flatMap(changeLines)),
    ...section('Covered by the overlay: the client goes by this already', covered.flatMap(changeLines)),
    ...textSection(comparison),
    ...section('Overlay actions that will no longer fit', overlay),
    ...section('Notes', notes),
    ...(next === '' ? [] : ['', `Next: ${next}.`]),
  ].join('\n');
}

/** What an update has done, and what is left to a person. */
export function updateReport({ comparison, written, refused }: Update): string {
  const what = written.length === 0 ? 'Nothing to write.' : `Wrote ${written.join(', ')}.`;
  const steps = [
    ...(refused === undefined
      ? []
      : ['mend what is named above, then run "npm run generate" (generated/ is as it was)']),
    ...(comparison.changes.length === 0 ? [] : ['run "npm test", and make the methods follow what it says']),
    ...(written.length === 0 ? [] : ['commit openapi/ and generated/ together']),
  ].map((step, index) => `  ${index + 1}. ${step}`);
  const next = steps.length === 0 ? [] : ['', 'Next:', ...steps];
  return [
    `${comparison.class}: ${what}`,
    ...textSection(comparison),
    ...(refused === undefined ? [] : ['', refused]),
    ...next,
  ].join('\n');
}

function textSection({ texts }: SpecComparison): string[] {
  return section(`Said in other words upstream: see whether ${files.descriptions} still says so`, texts);
}

function changeLines({ place, what, methods, covered, advice }: Change): string[] {
  const reaches = methods.length === 0 ? 'no method yet' : methods.join(', ');
  return [`${place}: ${what}`, `    reaches ${reaches}`, ...(covered ? [] : [`    ${advice}`])];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => (line.startsWith(' ') ? line : `  - ${line}`))];
}
