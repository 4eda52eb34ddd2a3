// Starts the settings page on a loopback port: with a traQ inside this process and users to try, or with the real one at
// TRAQ_URL behind it. Prevents that one has to set up a server and a proxy to see the page.
import { serve } from '../examples/settings-page/serve.ts';
import { startExampleServer } from './example/server.ts';

try {
  const { lines, ...server } = await startExampleServer(process.env['TRAQ_URL']);
  const { origin } = await serve({ ...server, port: Number(process.env['PORT'] ?? 5173), from: 'sources' });
  console.log([`\n  ${origin}`, '', ...lines.map((line) => `  ${line}`), '', '  Ctrl+C ends it.', ''].join('\n'));
} catch (error) {
  console.error(`The example cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
