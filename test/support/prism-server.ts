import { createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@stoplight/prism-core';
import { getHttpOperationsFromSpec, type PrismHttpComponents } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import { strictDescription } from './prism-description.ts';
import { CALLER_HEADER, type PrismAddresses, type Recorded } from './prism-record.ts';

type Mock = PrismHttpComponents['mock'];
type Operations = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>;

// Required, since runners differ in what they take for the default export of a CommonJS module.
const { default: mock } = createRequire(import.meta.url)('@stoplight/prism-http/dist/mocker') as { default: Mock };

/** A running Prism. */
export interface PrismServer extends PrismAddresses {
  close(): Promise<void>;
}

/** The operations of the strict description, as Prism sees them. */
export async function prismOperations(): Promise<Operations> {
  const operations = await getHttpOperationsFromSpec(await strictDescription());
  // From a description that it cannot make sense of it takes no operations, without a word.
  if (operations.length !== 7) throw new Error(`Prism finds ${operations.length} operations, not 7`);
  return operations;
}

/** Serves the strict description on a free loopback port, and a record of what it saw on another. */
export async function startPrism(): Promise<PrismServer> {
  const records = new Map<string, Recorded[]>();
  const prism = createServer(await prismOperations(), {
    cors: false,
    config: {
      isProxy: false,
      checkSecurity: true,
      validateRequest: true,
      validateResponse: true,
      errors: true,
      upstreamProxy: undefined,
      mock: { dynamic: false },
    },
    components: { logger: createLogger('prism', { level: 'silent' }), mock: recording(records) },
  });
  const book = createHttpServer((request, response) => {
    const caller = decodeURIComponent(request.url?.slice(1) ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(records.get(caller) ?? []));
  });
  const url = await prism.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => book.listen(0, '127.0.0.1', resolve));
  return {
    url,
    recordUrl: `http://127.0.0.1:${(book.address() as AddressInfo).port}`,
    async close() {
      await Promise.all([prism.close(), new Promise((resolve) => book.close(resolve))]);
    },
  };
}

/** Prism's own mock, which also notes what it was asked and how it answered. */
function recording(records: Map<string, Recorded[]>): Mock {
  return (options) => (logger) => {
    const { resource, input } = options;
    const result = mock(options)(logger);
    const headers = input.data.headers ?? {};
    const query = Object.keys(input.data.url.query ?? {});
    const documented = resource.request?.query?.map(({ name }) => name) ?? [];
    const caller = headers[CALLER_HEADER] ?? '';
    const record: Recorded = {
      operationId: resource.iid ?? '',
      status: result._tag === 'Right' ? result.right.statusCode : ((result.left as { status?: number }).status ?? 500),
      violations: input.validations.map(({ path = [], code }) => [path.join('.'), code].join(' ').trim()),
      query,
      undocumentedQuery: query.filter((name) => !documented.includes(name)),
      hasCookie: headers['cookie'] !== undefined,
      hasAuthorization: headers['authorization'] !== undefined,
    };
    records.set(caller, [...(records.get(caller) ?? []), record]);
    return result;
  };
}
