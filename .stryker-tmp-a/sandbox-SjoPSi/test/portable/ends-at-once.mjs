// A whole program, run by a case of the portable suite: nothing of the library's may keep its process alive.
import { createTraqAuth } from '../../dist/index.js';

const baseUrl = process.argv[2];
const traq = createTraqAuth({ baseUrl, timeoutMs: 600_000 });
const refusals = [];
const refused = (error) => refusals.push(error.code ?? error);

await traq.login({ name: 'alice', password: 'password-alice' });
const sessions = await traq.sessions.list();
await (await traq.fetch('/users/me')).arrayBuffer();
await createTraqAuth({ baseUrl, maxRetries: 0 }).sessions.list().catch(refused);
const controller = new AbortController();
const aborted = traq.sessions.list({ signal: controller.signal }).catch(refused);
controller.abort('aborted');
await aborted;
await createTraqAuth({ baseUrl, timeoutMs: 60 }).fetch('/version').catch(refused);
await traq.logout();
console.log(`listed ${sessions.length}; refused: ${refusals.join(', ')}`);
