import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Json, JsonObject } from './json.ts';

const command = join(dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')), 'bin/cli.js');

export interface RatedChange {
  readonly impact: 'major' | 'minor' | 'patch';
  readonly property?: string;
  readonly base?: { readonly pointer: string };
  readonly revision?: { readonly pointer: string };
}

/** The changes that Redocly finds between two descriptions, and how grave they are. */
export async function redoclyDiff(base: JsonObject, revision: JsonObject): Promise<RatedChange[]> {
  const files = { 'base.json': base, 'revision.json': revision, 'redocly.yaml': { extends: ['diff-recommended'] } };
  const output = await redocly(['diff', 'base.json', 'revision.json', '--format', 'json', '--fail-on', 'none'], files);
  return (output as { changes: RatedChange[] }).changes;
}

interface Problem {
  readonly severity: 'error' | 'warn';
  readonly message: string;
  readonly ruleId: string;
  readonly location: readonly { readonly pointer?: string }[];
}

export interface Objection {
  readonly severity: 'error' | 'warn';
  /** Where it is, as a pointer. */
  readonly pointer: string;
  readonly text: string;
  /** A text is missing, and nothing else is wrong. */
  readonly undescribed: boolean;
}

const described = (type: string, ...where: string[]): Json => ({
  where: where.map((parent) => ({ subject: { type: parent }, assertions: { defined: true } })),
  subject: { type, property: 'description' },
  assertions: { defined: true },
});

const rules: JsonObject = {
  // link succeeds with a redirect, and a logout without a login is not refused.
  'operation-2xx-response': 'off',
  'operation-4xx-response': 'off',
  // What needs a text.
  'operation-summary': 'error',
  'operation-description': 'error',
  'parameter-description': 'error',
  'tag-description': 'error',
  'rule/info-description': described('Info'),
  'rule/server-description': described('Server'),
  'rule/header-description': described('Header'),
  'rule/scheme-description': described('SecurityScheme'),
  'rule/schema-description': described('Schema', 'NamedSchemas'),
  'rule/property-description': described('Schema', 'SchemaProperties'),
};

/** What Redocly objects to in a description. */
export async function redoclyLint(description: JsonObject): Promise<Objection[]> {
  const files = { 'description.json': description, 'redocly.yaml': { extends: ['recommended'], rules } };
  const output = await redocly(['lint', 'description.json', '--format', 'json', '--max-problems', '1000'], files);
  return (output as { problems: Problem[] }).problems.map(({ severity, message, ruleId, location }) => {
    const pointer = location[0]?.pointer ?? '#/';
    // The rule on structure asks for the description of a response.
    const undescribed = /-(description|summary)$/.test(ruleId) || /`description` must be present/.test(message);
    return { severity, pointer, text: `${pointer}: ${message} (${ruleId})`, undescribed };
  });
}

/**
 * Runs Redocly in an empty folder: a redocly.yaml in the working directory would switch its ratings off. Its exit
 * status says nothing, so its output has to be a report.
 */
async function redocly(args: readonly string[], files: Record<string, JsonObject>): Promise<unknown> {
  const cwd = mkdtempSync(join(tmpdir(), 'traq-auth-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), JSON.stringify(content));
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' };
    const options = { cwd, env, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
    const [stdout, stderr] = await new Promise<[string, string]>((resolve) => {
      const all = [command, ...args, '--config', 'redocly.yaml'];
      execFile(process.execPath, all, options, (_, out, err) => resolve([out, err]));
    });
    try {
      return JSON.parse(stdout);
    } catch {
      throw new Error(`Redocly gave no report on ${args[0]}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
