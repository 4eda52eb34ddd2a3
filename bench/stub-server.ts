// A thread of its own, so that the server's work is not the clients': answers over loopback as the stub fetch does.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { answerTo } from './operations.ts';

const server = createServer((request, response) => {
  const { status, headers, body } = answerTo(request.url ?? '');
  request.resume();
  response.writeHead(status, headers).end(body);
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
