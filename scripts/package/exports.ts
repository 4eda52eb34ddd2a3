import { type Finding, nothing } from './finding.ts';
import { runNode } from './run.ts';

const ofClients: readonly string[] = [
  'DEFAULT_BASE_URL',
  'DEFAULT_MAX_RETRIES',
  'DEFAULT_TIMEOUT_MS',
  'TraqError',
  'createTraqAuth',
  'isTraqError',
];

/** The values that each export has; types are held by test/package/consumer.ts. */
const exported: Readonly<Record<string, readonly string[]>> = {
  'traq-auth': ofClients,
  'traq-auth/browser': ofClients,
  'traq-auth/node': ['fileSessionStore'],
  'traq-auth/testing': ['createFakeTraq'],
};

const unreachable = ['traq-auth/dist/index.js', 'traq-auth/src/index.ts', 'traq-auth/internal/transport'];

// Run in the folder of a program that has the package installed; prints what is wrong.
const probe = `
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const [exported, unreachable] = JSON.parse(process.argv.at(-1));
const faults = [];
for (const [name, wanted] of Object.entries(exported)) {
  const imported = await import(name);
  const required = require(name);
  for (const [way, found] of Object.entries({ import: imported, require: required })) {
    const keys = Object.keys(found).sort().join();
    if (keys !== wanted.join()) faults.push(way + ' of ' + name + ' has ' + keys);
  }
  if (wanted.some((key) => imported[key] !== required[key])) faults.push(name + ' is not the same when required');
}
for (const name of unreachable) {
  await import(name).then(
    () => faults.push(name + ' can be imported'),
    ({ code }) => code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' || faults.push(name + ': ' + code),
  );
}
if (require('traq-auth/package.json').name !== 'traq-auth') faults.push('package.json is not exported');
const { TraqError } = await import('traq-auth');
if (TraqError.name !== 'TraqError') faults.push('the error class is called ' + TraqError.name);
for (const attempt of [
  async () => (await import('traq-auth/testing')).createFakeTraq(1),
  async () => (await import('traq-auth/node')).fileSessionStore(''),
]) {
  const error = await attempt().catch((error) => error);
  if (!(error instanceof TraqError)) faults.push('another class than TraqError: ' + error?.stack);
}
console.log(JSON.stringify(faults));
`;

/** Imports and requires each export of the package that a folder has installed. */
export async function checkExports(
  root: string,
  expected: Readonly<Record<string, readonly string[]>> = exported,
): Promise<Finding> {
  const sorted = Object.fromEntries(Object.entries(expected).map(([name, keys]) => [name, [...keys].sort()]));
  const lists = JSON.stringify([sorted, unreachable]);
  const { status, stdout, output } = await runNode(['--input-type=module', '--eval', probe, lists], root);
  const what = 'exports, imported and required';
  if (status !== 0) return nothing(what, [output]);
  return nothing(what, JSON.parse(stdout) as string[]);
}
