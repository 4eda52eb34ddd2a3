import { type MockInstance, vi } from 'vitest';

/** What was said while somebody watched. */
export interface Watch {
  /** Ends it; gives all warnings, and all that was written by any way. */
  end(): { readonly warnings: unknown[]; readonly output: unknown[] };
}

/** Watches the process: its warnings, its console, its standard output and error. */
export function watchOutput(): Watch {
  const warnings: unknown[] = [];
  const warned = (warning: unknown): number => warnings.push(warning);
  process.on('warning', warned);
  const spies: MockInstance[] = [vi.spyOn(process.stderr, 'write'), vi.spyOn(process.stdout, 'write')];
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const) {
    spies.push(vi.spyOn(console, method));
  }
  return {
    end() {
      process.off('warning', warned);
      const output = spies.flatMap(({ mock }) => mock.calls);
      for (const spy of spies) spy.mockRestore();
      return { warnings, output };
    },
  };
}
