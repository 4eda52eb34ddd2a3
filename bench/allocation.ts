import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Work } from './slices.ts';

const CALLS = 700;

/**
 * KiB that a call allocates: by how much the heap grows while nothing is collected. The process must have a young
 * generation that is large enough (`--max-semi-space-size`).
 */
export async function allocatedPerCall(work: Work): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let calls = 0; calls < CALLS; calls += await work());
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  for (;;) {
    collect();
    collect();
    await new Promise(setImmediate);
    observer.observe({ entryTypes: ['gc'] });
    collections = 0;
    const before = process.memoryUsage().heapUsed;
    let calls = 0;
    while (calls < CALLS) calls += await work();
    const grown = process.memoryUsage().heapUsed - before;
    // What was collected is told a turn later.
    await new Promise(setImmediate);
    observer.disconnect();
    if (collections === 0) return grown / calls / 1024;
  }
}
