import {
  credentials,
  every,
  login,
  logout,
  type Mutations,
  operations,
  rename,
  session,
  sessions,
} from './mutation.ts';

const responsesOf = (places: number, of: number) => `overlay | matches ${places} places where it says ${of}`;
const api31 = `openapi | is 3.1, was 3.0 | ${every}`;

/** Parameters, bodies, operations, paths, the names of schemas, and the version. */
export const operationMutations: Mutations = {
  'a shared parameter becomes required': [
    (d) => (d.components.parameters.redirectInQuery.required = true),
    'breaking',
    'parameters › query redirect › required | is true, was not given | login, logout',
  ],
  'a request body is gone': [
    (d) => delete login(d).requestBody,
    'breaking',
    'compatible | names of schemas | PostLoginRequest is gone | login',
    'requestBody | is gone | login',
    responsesOf(2, 3),
  ],
  'a request body has another type': [
    (d) => rename(login(d).requestBody.content, 'application/json', 'text/plain'),
    'breaking',
    'requestBody › content › application/json | is gone | login',
    'compatible | requestBody › content › text/plain | is new | login',
  ],
  'a request body is new, which may be left out': [
    (d) => (logout(d).requestBody = { content: { 'application/json': { schema: { type: 'object' } } } }),
    'compatible',
    'requestBody | is new | logout',
  ],
  'a request body is new, and required': [
    (d) =>
      (logout(d).requestBody = { required: true, content: { 'application/json': { schema: { type: 'object' } } } }),
    'breaking',
    'requestBody | is new | logout',
  ],
  'an operation is renamed': [
    (d) => (login(d).operationId = 'postLogin'),
    'breaking',
    'POST /login | login is now called postLogin | login',
  ],
  'an operation lost its operationId': [
    (d) => delete login(d).operationId,
    'breaking',
    'POST /login | login has no operationId any more | login',
  ],
  'an operation is gone': [
    (d) => delete d.paths['/users/me/sessions/{sessionId}'],
    'breaking',
    'DELETE /users/me/sessions/{sessionId} | revokeMySession is gone | sessions.revoke',
    responsesOf(4, 5),
    responsesOf(6, 7),
  ],
  'a path moved': [
    (d) => rename(d.paths, '/users/me/ex-accounts/unlink', '/users/me/accounts/unlink'),
    'breaking',
    'POST /users/me/ex-accounts/unlink | unlinkExternalAccount has moved to POST /users/me/accounts/unlink | externalAccounts.unlink',
    responsesOf(2, 3),
    responsesOf(0, 1),
    responsesOf(4, 5),
  ],
  'a path parameter is renamed': [
    (d) => {
      rename(d.paths, '/users/me/sessions/{sessionId}', '/users/me/sessions/{id}');
      d.components.parameters.sessionIdInPath.name = 'id';
    },
    'compatible',
    'DELETE /users/me/sessions/{sessionId} | revokeMySession is now written DELETE /users/me/sessions/{id} | sessions.revoke',
    responsesOf(4, 5),
  ],
  'an eighth operation has our tag': [
    (d) => {
      const responses = { '200': { description: 'OK' } };
      d.paths['/users/me/passkeys'] = { get: { operationId: 'getPasskeys', tags: ['authentication'], responses } };
    },
    'breaking',
    'GET /users/me/passkeys | getPasskeys is new beside our operations | getPasskeys',
    responsesOf(8, 7),
  ],
  'our tag has another name, and an eighth operation has it': [
    (d) => {
      for (const one of operations(d)) one.tags = one.tags?.map((tag: string) => tag.replace('authentication', 'auth'));
      const responses = { '204': { description: 'No Content' } };
      d.paths['/users/me/passkeys'] = { delete: { operationId: 'removePasskeys', tags: ['auth', 'me'], responses } };
      d.paths['/users/me'] = { delete: { operationId: 'leave', tags: ['me'], responses } };
    },
    'breaking',
    'DELETE /users/me/passkeys | removePasskeys is new beside our operations | removePasskeys',
    responsesOf(8, 7),
  ],
  'new operations have our tag in other letters, or a method that OpenAPI does not know': [
    (d) => {
      const responses = { '204': { description: 'No Content' } };
      d.paths['/passkeys'] = {
        'x-note': { tags: ['authentication'] },
        post: { operationId: 'addPasskey', tags: ['Authentication '], responses },
        query: { operationId: 'findPasskeys', tags: ['authentication'], responses },
        PUT: { operationId: 'renewPasskey', tags: ['authentication'], responses },
      };
    },
    'breaking',
    'POST /passkeys | addPasskey is new beside our operations | addPasskey',
    'QUERY /passkeys | findPasskeys is new beside our operations | findPasskeys',
    'PUT /passkeys | renewPasskey is new beside our operations | renewPasskey',
    responsesOf(8, 7),
  ],
  'a new operation has our tag outside a list': [
    (d) => {
      d.paths['/passkeys'] = { get: { operationId: 'getPasskeys', tags: 'authentication', responses: {} } };
    },
    'breaking',
    'GET /passkeys | getPasskeys is new beside our operations | getPasskeys',
    responsesOf(8, 7),
  ],
  'operations without an operationId have our tag': [
    (d) => {
      const responses = { '200': { description: 'OK' } };
      d.paths['/passkeys'] = {
        get: { tags: ['authentication'], responses },
        post: { tags: ['authentication'], responses },
      };
    },
    'breaking',
    'GET /passkeys | an operation without an operationId is new beside our operations | ',
    'POST /passkeys | an operation without an operationId is new beside our operations | ',
  ],
  'a schema is renamed': [
    (d) => {
      rename(d.components.schemas, 'LoginSession', 'a/b~c d');
      sessions(d).responses['200'].content['application/json'].schema.items.$ref = '#/components/schemas/a~1b~0c%20d';
    },
    'compatible',
    'names of schemas | LoginSession is gone, a/b~c d is new | sessions.list',
  ],
  'a schema is written out': [
    (d) => (sessions(d).responses['200'].content['application/json'].schema.items = session(d)),
    'compatible',
    'names of schemas | LoginSession is gone | sessions.list',
  ],
  'a schema tells its kinds apart': [
    (d) => {
      session(d).discriminator = { propertyName: 'id', mapping: { a: '#/components/schemas/Kind', b: 'Other' } };
      d.components.schemas.Kind = { allOf: [{ $ref: '#/components/schemas/LoginSession' }] };
    },
    'compatible',
    'names of schemas | Kind is new | sessions.list',
    'responses › 200 › json › items › discriminator | is new | sessions.list',
  ],
  'the description moves to OpenAPI 3.1, its path items to components': [
    (d) => {
      d.openapi = '3.1.0';
      d.components.pathItems = { Login: d.paths['/login'] };
      d.paths['/login'] = { $ref: '#/components/pathItems/Login' };
      session(d).properties.id.type = ['string'];
    },
    'compatible',
    api31,
  ],
  'the description moves to OpenAPI 3.1, where fields may be null in two ways': [
    (d) => {
      d.openapi = '3.1.0';
      const { id, issuedAt } = session(d).properties;
      id.type = ['string', 'null'];
      session(d).properties.issuedAt = { anyOf: [issuedAt, { type: 'null' }] };
    },
    'breaking',
    `compatible | ${api31}`,
    'responses › 200 › json › items › properties › id › nullable | is true, was not given | sessions.list',
    'responses › 200 › json › items › properties › issuedAt › nullable | is true, was not given | sessions.list',
  ],
  'the description moves to OpenAPI 3.1, where something may stand beside a $ref': [
    (d) => {
      d.openapi = '3.1.0';
      const { schema } = sessions(d).responses['200'].content['application/json'];
      Object.assign(schema.items, {
        required: ['id'],
        properties: { device: { type: 'string' } },
        description: 'New.',
      });
    },
    'compatible',
    api31,
    'responses › 200 › json › items › properties › device | is new | sessions.list',
  ],
  'the description moves to OpenAPI 3.1, with comments, and definitions where they are used': [
    (d) => {
      d.openapi = '3.1.0';
      const { id } = session(d).properties;
      Object.assign(session(d), { $comment: 'Said anew.', $defs: { Id: id, Lost: { $ref: '#/components/nowhere' } } });
      session(d).properties.id = { $ref: '#/components/schemas/LoginSession/$defs/Id' };
    },
    'compatible',
    api31,
  ],
  'the description moves to OpenAPI 3.1, where nothing may be valid': [
    (d) => {
      d.openapi = '3.1.0';
      credentials(d).properties.name = false;
    },
    'breaking',
    `compatible | ${api31}`,
    'requestBody › json › properties › name | is false, was {"type":"string","pattern":"^([a-zA-Z0-9_-]{1,32}|Webhook#[a-zA-Z0-9_-]{22})$"} | login',
  ],
  'a value that looks like a reference is demanded': [
    (d) => {
      d.openapi = '3.1.0';
      session(d).properties.id.const = { $ref: 'other.json' };
    },
    'breaking',
    `compatible | ${api31}`,
    'review | responses › 200 › json › items › properties › id › enum | is [{"$ref":"other.json"}], was not given | sessions.list',
  ],
};
