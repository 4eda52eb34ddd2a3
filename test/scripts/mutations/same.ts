import { credentials, login, logout, type Mutations, operations, session, sessions } from './mutation.ts';

const external = { $ref: './other.yaml' };

/** What leaves the contract as it is: another spelling, other parts of the file, other texts. */
export const sameMutations: Mutations = {
  'nothing changed': [() => {}, 'same'],
  'keys and lists are in another order': [
    (d) => {
      d.paths = Object.fromEntries(Object.entries(d.paths).reverse());
      for (const list of [session(d).required, d.security, d.servers, logout(d).parameters]) list.reverse();
    },
    'same',
  ],
  'parameters moved to path level': [
    (d) => {
      d.paths['/login'].parameters = login(d).parameters;
      delete login(d).parameters;
    },
    'same',
  ],
  'servers moved to path level, security to the operations': [
    (d) => {
      for (const item of Object.values<typeof d>(d.paths)) item.servers = d.servers;
      for (const operation of operations(d)) operation.security = d.security;
      delete d.servers;
      delete d.security;
    },
    'same',
  ],
  'the address of a server is said with variables': [
    (d) => {
      d.servers[0].url = 'https://{host}/api/{version}';
      d.servers[0].variables = { host: { default: 'q.trap.jp' }, version: { default: 'v3', enum: ['v2', 'v3'] } };
    },
    'same',
  ],
  'a path item is referred to': [
    (d) => {
      d.paths['/a'] = { $ref: '#/x-items/b' };
      d['x-items'] = { b: { $ref: '#/x-items/c~1~0%20d' }, 'c/~ d': d.paths['/logout'] };
      d.paths['/logout'] = d.paths['/a'];
      delete d.paths['/a'];
    },
    'same',
  ],
  'a shared parameter is written out': [
    (d) => (login(d).parameters = [structuredClone(d.components.parameters.redirectInQuery)]),
    'same',
  ],
  'a parameter is shared by a chain of references': [
    (d) => {
      d.components.parameters.one = { $ref: '#/components/parameters/two' };
      d.components.parameters.two = { $ref: '#/paths/~1version/get/parameters/0' };
      d.paths['/version'].get.parameters = [logout(d).parameters[1]];
      logout(d).parameters[1] = { $ref: '#/components/parameters/one' };
    },
    'same',
  ],
  'a request body and a response are shared by $ref': [
    (d) => {
      d.components.requestBodies = { Login: login(d).requestBody };
      login(d).requestBody = { $ref: '#/components/requestBodies/Login' };
      d.components.responses = { LoggedIn: login(d).responses['204'] };
      login(d).responses['204'] = { $ref: '#/components/responses/LoggedIn' };
    },
    'same',
  ],
  'defaults are spelled out': [
    (d) => {
      login(d).deprecated = false;
      login(d).requestBody.required = false;
      session(d).properties.id.nullable = false;
      Object.assign(d.components.parameters.redirectInQuery, { required: false, style: 'form', explode: true });
      Object.assign(session(d), { additionalProperties: true, minProperties: 0, allOf: [] });
      Object.assign(credentials(d), { additionalProperties: {} });
      Object.assign(credentials(d).properties.name, { minLength: 0, properties: {} });
      Object.assign(login(d).responses['204'], { content: {}, headers: {}, links: {} });
      login(d).callbacks = {};
    },
    'same',
  ],
  'a schema is wrapped in allOf': [
    (d) => {
      const { schema } = login(d).requestBody.content['application/json'];
      login(d).requestBody.content['application/json'].schema = { allOf: [schema] };
    },
    'same',
  ],
  'a schema is put together of several': [
    (d) => {
      const { properties, required: _, ...texts } = session(d);
      const { id, issuedAt } = properties;
      d.components.schemas.LoginSession = {
        ...texts,
        allOf: [
          { type: 'object', properties: { id }, required: ['id'] },
          { properties: { id, issuedAt }, required: ['id', 'issuedAt'] },
        ],
      };
    },
    'same',
  ],
  'something stands beside a $ref, where OpenAPI 3.0 does not look': [
    (d) => (sessions(d).responses['200'].content['application/json'].schema.items.nullable = true),
    'same',
  ],
  'examples, extensions and empty keys came': [
    (d) => {
      const media = login(d).requestBody.content['application/json'];
      Object.assign(media, { examples: { a: external, b: { value: external } } });
      for (const node of [d, login(d), login(d).responses, session(d)]) node['x-note'] = external;
      Object.assign(session(d), { example: external, externalDocs: external, nullable: null });
      login(d).parameters.push(null);
    },
    'same',
  ],
  'other parts of the server changed': [
    (d) => {
      delete d.paths['/version'];
      d.info.description = 'Something else.';
      d.openapi = '3.0.3';
      d.servers[0].description = 'Said anew.';
      Object.assign(d.components.schemas.User, { properties: { a: external }, enum: [external], default: external });
      d.components.securitySchemes.hook = external;
      d.components.responses = { Lost: { $ref: '#/components/responses/Nowhere' } };
      login(d).tags = ['public'];
    },
    'same',
  ],
  'some texts changed': [
    (d) => {
      login(d).description = 'Said anew.';
      session(d).properties.id.description = 'Said anew.';
      delete logout(d).summary;
      session(d).title = 'A session';
    },
    'docs',
    'text | login',
    'text | logout',
    'text | getMySessions',
  ],
};
