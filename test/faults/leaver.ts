// A script that meets every fault and then has nothing left to do: it must end by itself. Run by exit.test.ts, which
// keeps its servers and their connections open.
import { createTraqAuth, isTraqError } from '../../src/index.ts';
import { secrets } from './canary.ts';
import { operations } from './operations.ts';

process.on('warning', (warning) => console.error('warning:', warning));

const outcomes: Record<string, number> = {};
const calls = JSON.parse(process.argv[2] ?? '') as [origin: string, operation: number][];
await Promise.all(
  calls.map(async ([origin, index]) => {
    const traq = createTraqAuth({
      baseUrl: `${origin}/api/v3`,
      // More than enough to answer, where a response comes.
      timeoutMs: 3_000,
      maxRetries: 0,
      sessionStore: { read: () => ({ token: secrets.token, issuedAt: Date.now() }), write() {}, clear() {} },
    });
    const call = operations[index]?.call(traq, {}).then(() => 'value');
    const outcome = String(await call?.catch((error: unknown) => (isTraqError(error) ? error.code : error)));
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }),
);
console.log(JSON.stringify(outcomes));
// Far less than any timer of the client's, and no bound on how long a busy machine takes to end the process.
setTimeout(() => console.error('held by', process.getActiveResourcesInfo()), 2_500).unref();
