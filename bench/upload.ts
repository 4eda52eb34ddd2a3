// A process that uploads 200 MB and does nothing else: by plain fetch, or by the client's. Prints what it took.
import { createTraqAuth } from '../src/index.ts';

const [way, baseUrl = ''] = process.argv.slice(2);
const CHUNK = new Uint8Array(65_536).fill(1);
const CHUNKS = 3_200;

let made = 0;
const body = new ReadableStream({
  pull(controller) {
    if (made++ < CHUNKS) controller.enqueue(CHUNK);
    else controller.close();
  },
});
const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
const traq = createTraqAuth({ baseUrl });
const begunAt = Date.now();
const response = way === 'traq' ? await traq.fetch('/files', init) : await fetch(`${baseUrl}/files`, init);
await response.arrayBuffer();
console.log(JSON.stringify({ begunAt, memory: process.resourceUsage().maxRSS * 1024 }));
