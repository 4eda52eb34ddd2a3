import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context, FinishedProcess, PortableCase } from './case.ts';
import { openStage } from './control.ts';

/** The built package, imported as the runtime itself does. */
export interface BuiltPackage extends Pick<Context, 'traqAuth' | 'testing'> {
  readonly node: typeof import('../../src/node/index.ts');
}

/** Loads dist/; fails with what to do if it is not there. */
export async function loadBuilt(): Promise<BuiltPackage> {
  const load = (name: string): Promise<unknown> =>
    import(/* @vite-ignore */ new URL(`../../dist/${name}.js`, import.meta.url).href);
  try {
    const [traqAuth, testing, node] = await Promise.all(['index', 'testing', 'node'].map(load));
    return { traqAuth, testing, node } as BuiltPackage;
  } catch (cause) {
    throw new Error('dist/ cannot be loaded; `npm run build` makes it', { cause });
  }
}

/** Plays one case of a runtime that has processes, on the stage at that origin. */
export async function playInProcess(portableCase: PortableCase, built: BuiltPackage, origin: string): Promise<void> {
  const { node, ...modules } = built;
  const folder = await mkdtemp(join(tmpdir(), 'traq-auth-portable-'));
  try {
    const process = { node, folder, run: runModule };
    const baseUrl = `${origin}/api/v3`;
    await portableCase.run({ ...modules, ...(await openStage(origin)), baseUrl, origin, process });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runModule(module: string, ...args: string[]): Promise<FinishedProcess> {
  const path = fileURLToPath(new URL(module, import.meta.url));
  const permissions = 'Deno' in globalThis ? ['run', '--allow-all'] : [];
  return new Promise((resolve, reject) => {
    // The flags of this process are those of its test runner.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, [...permissions, path, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let lastOutput = performance.now();
    child.stdout.on('data', (data) => {
      stdout += data;
      lastOutput = performance.now();
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, idleMs: performance.now() - lastOutput }));
  });
}
