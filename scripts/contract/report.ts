import type { Change } from './change.ts';
import { files } from './project-files.ts';
import type { SpecComparison } from './spec-comparison.ts';
import type { Update } from './spec-update.ts';

/** The comparison for a person who has to decide what to do today. */
export function textReport(comparison: SpecComparison): string {
  const { source, changes, overlay, notes, held } = comparison;
  const { repository, path, commit, date } = held.record;
  const origin = `${repository} ${path}${commit === undefined ? '' : ` at ${commit.slice(0, 12)}`} on ${date}`;
  const own = (rating: Change['class']) => changes.filter((change) => change.class === rating && !change.covered);
  const covered = changes.filter((change) => change.covered);
  const counts = { breaking: own('breaking'), compatible: own('compatible'), 'covered by the overlay': covered };
  const counted = Object.entries(counts).flatMap(([name, { length }]) => (length > 0 ? [`${length} ${name}`] : []));
  return [
    `${comparison.class}: ${headline(comparison, counted)}`,
    `Compared ${source.name} (sha256 ${source.sha256.slice(0, 12)}…) with openapi/, last brought up to ${origin}.`,
    ...section('Breaking', own('breaking').flatMap(changeLines)),
    ...section('Compatible', own('compatible').flatMap(changeLines)),
    ...section('Covered by the overlay: the client goes by this already', covered.flatMap(changeLines)),
    ...textSection(comparison),
    ...section('Overlay actions that will no longer fit', overlay),
    ...section('Notes', notes),
    ...nextStep(comparison),
  ].join('\n');
}

function headline({ class: verdict }: SpecComparison, counted: readonly string[]): string {
  if (verdict === 'same') return 'upstream describes our operations as we do.';
  return verdict === 'docs' ? 'only texts changed upstream.' : `upstream has changed: ${counted.join(', ')}.`;
}

function nextStep({ class: verdict, source }: SpecComparison): string[] {
  const update = `"npm run spec:update -- ${source.name}"`;
  if (verdict === 'same') return [];
  if (verdict !== 'docs') return ['', `Next: ${update}; it says what to do after it.`];
  return ['', `Next: compare the texts above with ours in ${files.descriptions}, then ${update}.`];
}

/** What an update has done, and what is left to do by hand. */
export function updateReport({ comparison, written, refused }: Update): string {
  const what = written.length === 0 ? 'Nothing to write.' : `Wrote ${written.join(', ')}.`;
  const mend = 'mend what is named above, then run "npm run generate" (generated/ is as it was)';
  const steps = [
    ...(refused === undefined ? [] : [mend]),
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
