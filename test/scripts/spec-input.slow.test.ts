import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import { type Outcome, outcomeOf, sourceOf } from '../../scripts/contract/command-line.ts';
import type { Limits } from '../../scripts/contract/source-text.ts';
import { compareSpec } from '../../scripts/contract/spec-comparison.ts';
import { updateSpec } from '../../scripts/contract/spec-update.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import { type ProjectCopy, projectCopy } from './project-copy.ts';
import { serve } from './serve.ts';
import { type Description, upstreamLike } from './upstream-like.ts';

// Redocly and threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const like = (change: (description: Description) => void): string => {
  const description = upstreamLike();
  change(description);
  return formatYaml(description);
};

const unreadable: Record<string, [text: string | Uint8Array, sentence: RegExp]> = {
  'an empty file': ['', /is empty; give/],
  'plain text': ['Not Found', /is not a mapping of keys to values; give/],
  'an HTML page': ['<!DOCTYPE html><title>Not Found</title>', /is an HTML or XML page/],
  'broken YAML': ['openapi: 3.0.0\npaths:\n  - a\n b: c\n', /cannot be read as YAML: .* at line 4, column 1; mend/],
  'two documents': ['a: 1\n---\nb: 2\n', /cannot be read as YAML: Source contains multiple documents; /],
  'duplicate keys': [
    like(() => {}).replace('  /logout:', '  /login:'),
    /cannot be read as YAML: Map keys must be unique at line \d+, column 3; /,
  ],
  'a tag that YAML does not know': [
    like(() => {}).replace('operationId: login', 'operationId: !other login'),
    /cannot be read as YAML: Unresolved tag: !other at line \d+, column \d+; /,
  ],
  'a tag that makes no JSON': [
    like(() => {}).replace(/tags:\n( +)- authentication\n/, 'tags: !!set\n$1authentication:\n'),
    /cannot be read as YAML: Unresolved tag: tag:yaml\.org,2002:set at line \d+, column \d+; /,
  ],
  'an anchor within itself': ['openapi: 3.0.0\npaths: &a\n  b: *a\n', /nested deeper than 200 levels/],
  'aliases that multiply': [
    `a: &a [1]\n${[...'bcdefgh'].map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[index]}`)}]\n`).join('')}`,
    /Excessive alias count/,
  ],
  'endless nesting': ['- '.repeat(20_000), /cannot be read as YAML/],
  'bytes that are no text': [new Uint8Array([0x6f, 0xff, 0xfe, 0x00]), /is not UTF-8 text/],
  'another format': ['swagger: "2.0"\npaths: {}\n', /is Swagger 2\.0; OpenAPI 3\.0 or 3\.1 is needed/],
  'a number as version': ['openapi: 3.0\npaths: {}\n', /says openapi: 3; OpenAPI/],
  'no paths': ['openapi: 3.0.0\n', /has no mapping of paths/],
  'an API of others': [
    'openapi: 3.0.0\npaths: { /pets: { get: { operationId: pets, responses: {} } } }\n',
    /: none of our operations is in it .*; give traQ's own/,
  ],
  'a dangling $ref': [
    like((d) => delete d.components.schemas.LoginSession),
    /: the \$ref to #\/components\/schemas\/LoginSession at #\/paths\/~1users~1me~1sessions\/get\/.* leads nowhere; mend/,
  ],
  'a $ref to another file': [
    like((d) => (d.components.schemas.LoginSession = { $ref: './x.yaml' })),
    /: the \$ref to \.\/x\.yaml at #.* leads to another document; /,
  ],
  'a path item of ours that leads nowhere': [
    like((d) => (d.paths['/login'] = { $ref: '#/components/pathItems/Login' })),
    /: the \$ref to #\/components\/pathItems\/Login at #\/paths\/~1login leads nowhere; /,
  ],
  'references in a circle': [
    like((d) => {
      d.components.schemas.LoginSession = { $ref: '#/components/schemas/Other' };
      d.components.schemas.Other = { $ref: '#/components/schemas/LoginSession' };
    }),
    /: the \$ref to #\/components\/schemas\/LoginSession at #.* leads back to itself; /,
  ],
  'kinds of a schema that are not there': [
    like(
      (d) => (d.components.schemas.LoginSession.discriminator = { propertyName: 'id', mapping: { a: '#/nowhere' } }),
    ),
    /: the \$ref to #\/nowhere at #\/components\/schemas\/LoginSession\/discriminator\/mapping leads nowhere; /,
  ],
  'schemas that double at each step': [
    like((d) => {
      for (let step = 0; step < 40; step++) {
        const next = { $ref: `#/components/schemas/S${step + 1}` };
        d.components.schemas[`S${step}`] = { type: 'object', properties: { a: next, b: next } };
      }
      d.components.schemas.S40 = { type: 'string' };
      d.components.schemas.LoginSession.properties.a = { $ref: '#/components/schemas/S0' };
    }),
    /: what our operations refer to takes no end, at #\/paths\/~1users~1me~1sessions\/get\/.*; /,
  ],
  'schemas that are nested too deep for Redocly': [
    like((d) => {
      let { properties } = d.components.schemas.LoginSession;
      for (let level = 0; level < 41; level++) {
        properties.a = { type: 'object', properties: {} };
        properties = properties.a.properties;
      }
    }),
    /: what our operations refer to takes no end, at #\/.*; /,
  ],
  'a mapping where parameters are listed': [
    like((d) => (d.paths['/users/me/sessions'].get.parameters = { name: 'all', in: 'query', required: true })),
    /: #\/paths\/~1users~1me~1sessions\/get\/parameters is no list; mend/,
  ],
  'a mapping where the parameters of a path are listed': [
    like((d) => (d.paths['/users/me/sessions'].parameters = { name: 'all', in: 'query', required: true })),
    /: #\/paths\/~1users~1me~1sessions\/parameters is no list; mend/,
  ],
  'a mapping where servers are listed': [
    like((d) => (d.paths['/login'].post.servers = { url: 'https://auth.invalid' })),
    /: #\/paths\/~1login\/post\/servers is no list; mend/,
  ],
  'a mapping where the servers of a path are listed': [
    like((d) => (d.paths['/login'].servers = { url: 'https://auth.invalid' })),
    /: #\/paths\/~1login\/servers is no list; mend/,
  ],
  'a mapping where schemas that add up are listed': [
    like((d) => (d.components.schemas.LoginSession.allOf = { properties: { ip: { type: 'string' } } })),
    /: #\/components\/schemas\/LoginSession\/allOf is no list; mend/,
  ],
  'a parameter given twice': [
    like((d) => d.paths['/logout'].post.parameters.unshift({ name: 'all', in: 'query', required: true })),
    /: #\/paths\/~1logout\/post\/parameters has query all twice; mend/,
  ],
  'one of our operationIds twice': [
    like((d) => (d.paths['/version'].get.operationId = 'login')),
    /: the operationId login is there 2 times \(GET \/version, POST \/login\); /,
  ],
  'a file cut off in the middle': [like(() => {}).slice(0, 4_000), /cannot be read as YAML|leads nowhere/],
  'more than 5 MB': [`# ${'x'.repeat(5_000_000)}\n${like(() => {})}`, /is larger than 5 MB/],
};

async function outcomes(
  project: ProjectCopy,
  source: string,
  limits?: Limits,
): Promise<Record<'check' | 'update', Outcome>> {
  const done = { status: 0, text: 'done', data: {} } as const;
  const check = await outcomeOf(async () => ({ ...done, data: await compareSpec(project.root, source, limits) }));
  const update = await outcomeOf(async () => ({
    ...done,
    data: await updateSpec(project.root, source, new Date(), limits),
  }));
  return { check, update };
}

describe('spec:check and spec:update', () => {
  test.for(Object.entries(unreadable))(
    'spec:check and spec:update refuse %s in one sentence and write nothing',
    async ([, [text, sentence]]) => {
      const project = projectCopy();
      const before = project.tree();
      const path = project.upstream('');
      writeFileSync(path, text);
      const { check, update } = await outcomes(project, path);
      expect(check).toMatchObject({ status: 2, text: expect.stringMatching(sentence) });
      expect(check.text).toMatch(/^unreadable: [^\n]*upstream-1\.yaml[^\n]*; [^\n]+$/);
      expect(update).toEqual(check);
      expect(project.tree()).toEqual(before);
    },
  );

  test.for([
    ['a file that is not there', 'no-such-file.yaml', /there is no such file/],
    ['a folder', '.', /\. cannot be read: it is a folder; give a file$/],
    [
      'an address of another kind',
      'ftp://traq.invalid/x.yaml',
      /ftp:\/\/traq\.invalid\/x\.yaml is no http\(s\) address; /,
    ],
    ['no address', 'http://me:secret@[', /: the address is no http\(s\) address; give one, or a file$/],
    [
      'an address with a user',
      'https://me:secret@traq.invalid/x.yaml',
      /https:\/\/traq\.invalid\/x\.yaml must be given without a user; /,
    ],
  ] as const)('spec:check and spec:update refuse %s', async ([, source, sentence]) => {
    const { check, update } = await outcomes(projectCopy(), source);
    expect(check).toMatchObject({ status: 2, text: expect.stringMatching(sentence) });
    expect(update).toEqual(check);
  });

  test('spec:check tells what its own files lack', async () => {
    const project = projectCopy();
    project.write('openapi/traq-auth.source.json', '{}');
    const { check } = await outcomes(project, project.upstream(upstreamLike()));
    expect(check.text).toContain('openapi/traq-auth.source.json lacks repository');
  });

  test('outcomeOf gives one sentence for a failure that nobody foresaw', async () => {
    const error = 'The description cannot be handled: x is undefined';
    const outcome = await outcomeOf(() => Promise.reject(new TypeError('x is undefined\n    at y')));
    expect(outcome).toEqual({ status: 2, text: `unreadable: ${error}`, data: { class: 'unreadable', error } });
  });

  test('sourceOf takes upstream as the default and refuses what it does not know', () => {
    const address = 'https://raw.githubusercontent.com/traPtitech/traQ/master/docs/v3-api.yaml';
    expect(sourceOf([], 'Usage')).toBe(address);
    expect(sourceOf(['a.yaml', '--format=json'], 'Usage')).toBe('a.yaml');
    for (const args of [['a', 'b'], ['--format', 'xml'], ['--fix']]) {
      expect(() => sourceOf(args, 'Usage: so')).toThrow('Usage: so');
    }
  });
});

describe('spec:check of an address', () => {
  test('spec:check reads what an http address answers, by way of a redirect', async () => {
    const project = projectCopy();
    const origin = await serve((request, response) => {
      if (request.url === '/v3-api.yaml?token=secret')
        response.writeHead(302, { Location: '/moved?token=secret' }).end();
      else response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(formatYaml(upstreamLike())));
    });
    const { class: verdict, source } = await compareSpec(project.root, `${origin}/v3-api.yaml?token=secret`);
    expect(verdict).toBe('same');
    expect(source.name).toBe(`${origin}/v3-api.yaml`);
  });

  const mib = Buffer.alloc(1024 * 1024, '#');
  const bad: Record<string, [RequestListener, RegExp, Partial<Limits>?]> = {
    'answers 404': [
      (_, response) => response.writeHead(404).end('404: Not Found'),
      /answers 404, not with a description/,
    ],
    'answers HTML': [
      (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
      /answers with an HTML page, not with a description/,
    ],
    'answers HTML as plain text': [(_, response) => response.end('<html>'), /is an HTML or XML page/],
    'answers nothing': [(_, response) => response.end(), /is empty/],
    'answers without end': [
      (_, response) => {
        const more = () => response.write(mib, (error) => error ?? setImmediate(more));
        more();
      },
      /is larger than 5 MB/,
    ],
    'answers with a bomb': [
      (_, response) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000, '#'))),
      /is larger than 5 MB/,
    ],
    'never answers': [() => {}, /did not answer in full within 0\.2 s/, { timeoutMs: 200 }],
    'never ends its answer': [
      (_, response) => void response.write('openapi: 3.0.0\n'),
      /did not answer in full within 0\.2 s/,
      { timeoutMs: 200 },
    ],
    'breaks off': [
      (_, response) => {
        response.writeHead(200, { 'Content-Length': '100' }).write('openapi');
        setImmediate(() => response.destroy());
      },
      /cannot be read: /,
    ],
  };
  test.for(Object.entries(bad))(
    'spec:check and spec:update refuse an address that %s',
    async ([, [listener, sentence, limits]]) => {
      const project = projectCopy();
      const before = project.tree();
      const { check, update } = await outcomes(project, await serve(listener), {
        maxBytes: 5_000_000,
        timeoutMs: 30_000,
        ...limits,
      });
      expect(check).toMatchObject({ status: 2, text: expect.stringMatching(sentence) });
      expect(check.text).toMatch(/^unreadable: [^\n]*$/);
      expect(update.status).toBe(2);
      expect(project.tree()).toEqual(before);
    },
  );

  test('spec:check tells an address where nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { check } = await outcomes(projectCopy(), `http://127.0.0.1:${port}/x?token=secret`);
    expect(check).toMatchObject({ status: 2, text: expect.stringContaining('cannot be read: ') });
    expect(check.text).not.toContain('secret');
  });
});
