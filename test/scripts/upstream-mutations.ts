import type { Description } from './upstream-like.ts';

export interface Mutation {
  readonly apply: (description: Description) => void;
  readonly class: 'same' | 'docs' | 'compatible' | 'breaking';
  /** `breaking, compatible or covered | place | what | methods` */
  readonly changes: readonly string[];
  readonly texts?: readonly string[];
  readonly overlay?: readonly string[];
}

const login = (d: Description) => d.paths['/login'].post;
const logout = (d: Description) => d.paths['/logout'].post;
const sessions = (d: Description) => d.paths['/users/me/sessions'].get;
const session = (d: Description) => d.components.schemas.LoginSession;
const credentials = (d: Description) => d.components.schemas.PostLoginRequest;
const rename = (record: Description, from: string, to: string) => {
  record[to] = record[from];
  delete record[from];
};

const behindLogin =
  'sessions.list, sessions.revoke, externalAccounts.list, externalAccounts.link, externalAccounts.unlink';
const every = `login, logout, ${behindLogin}`;
const same = { class: 'same', changes: [] } as const;

export const mutations: Record<string, Mutation> = {
  'nothing changed': { apply: () => {}, ...same },
  'keys and lists are in another order': {
    apply: (d) => {
      d.paths = Object.fromEntries(Object.entries(d.paths).reverse());
      session(d).required.reverse();
      d.security.reverse();
    },
    ...same,
  },
  'parameters moved to path level': {
    apply: (d) => {
      d.paths['/login'].parameters = login(d).parameters;
      delete login(d).parameters;
    },
    ...same,
  },
  'a shared parameter is written out': {
    apply: (d) => {
      login(d).parameters = [structuredClone(d.components.parameters.redirectInQuery)];
    },
    ...same,
  },
  'a parameter is shared by $ref': {
    apply: (d) => {
      d.components.parameters.allInQuery = logout(d).parameters[1];
      logout(d).parameters[1] = { $ref: '#/components/parameters/allInQuery' };
    },
    ...same,
  },
  'a request body and a response are shared by $ref': {
    apply: (d) => {
      d.components.requestBodies = { Login: login(d).requestBody };
      login(d).requestBody = { $ref: '#/components/requestBodies/Login' };
      d.components.responses = { LoggedIn: login(d).responses['204'] };
      login(d).responses['204'] = { $ref: '#/components/responses/LoggedIn' };
    },
    ...same,
  },
  'defaults are spelled out': {
    apply: (d) => {
      login(d).deprecated = false;
      login(d).requestBody.required = false;
      Object.assign(d.components.parameters.redirectInQuery, { required: false, style: 'form', explode: true });
    },
    ...same,
  },
  'a schema is wrapped in allOf': {
    apply: (d) => {
      login(d).requestBody.content['application/json'].schema = {
        allOf: [{ $ref: '#/components/schemas/PostLoginRequest' }],
      };
    },
    ...same,
  },
  'other parts of the server changed': {
    apply: (d) => {
      delete d.paths['/version'];
      d.info.description = 'Something else.';
      d.servers = [];
      d.openapi = '3.0.3';
      d.components.schemas.User.properties.name = { type: 'string' };
      login(d)['x-note'] = 'internal';
      session(d).example = { id: '1' };
    },
    ...same,
  },
  'some texts changed': {
    apply: (d) => {
      login(d).description = 'Said anew.';
      session(d).properties.id.description = 'Said anew.';
      delete logout(d).summary;
      session(d).title = 'A session';
    },
    class: 'docs',
    changes: [],
    texts: [
      'login: changed',
      'logout summary: gone',
      'schema LoginSession title: changed',
      'schema LoginSession.id: changed',
    ],
  },
  'a refusal is documented': {
    apply: (d) => {
      login(d).responses['409'] = { description: 'Conflict' };
    },
    class: 'compatible',
    changes: ['compatible | response 409 | is new | login'],
  },
  'a success is new': {
    apply: (d) => {
      login(d).responses['200'] = { description: 'OK' };
    },
    class: 'breaking',
    changes: ['breaking | response 200 | is new | login'],
  },
  'a default answer is new everywhere': {
    apply: (d) => {
      for (const operation of [login(d), logout(d), sessions(d)]) operation.responses.default = { description: 'Else' };
    },
    class: 'breaking',
    changes: ['breaking | response default | is new | login, logout, sessions.list'],
  },
  'a status is gone': {
    apply: (d) => {
      delete login(d).responses['403'];
    },
    class: 'breaking',
    changes: ['breaking | response 403 | is gone | login'],
    overlay: ["$.paths['/login'].post.responses['403'] matches 0 places where it says 1"],
  },
  'a field is renamed': {
    apply: (d) => {
      rename(session(d).properties, 'issuedAt', 'createdAt');
      session(d).required = ['id', 'createdAt'];
    },
    class: 'breaking',
    changes: ['breaking | schema LoginSession.issuedAt | is gone; createdAt, which is like it, is new | sessions.list'],
  },
  'a field is gone': {
    apply: (d) => {
      delete session(d).properties.issuedAt;
      session(d).required = ['id'];
    },
    class: 'breaking',
    changes: ['breaking | schema LoginSession.issuedAt | is gone | sessions.list'],
  },
  'an optional field is new in an answer': {
    apply: (d) => {
      session(d).properties.device = { type: 'string' };
    },
    class: 'compatible',
    changes: ['compatible | schema LoginSession.device | is new | sessions.list'],
  },
  'a required field is new in an answer': {
    apply: (d) => {
      session(d).properties.device = { type: 'string' };
      session(d).required.push('device');
    },
    class: 'compatible',
    changes: ['compatible | schema LoginSession.device | is new | sessions.list'],
  },
  'a required field is new in a request': {
    apply: (d) => {
      credentials(d).properties.code = { type: 'string' };
      credentials(d).required.push('code');
    },
    class: 'breaking',
    changes: ['breaking | schema PostLoginRequest.code | is new, and required | login'],
  },
  'a field of an answer is no longer required': {
    apply: (d) => {
      session(d).required = ['id'];
    },
    class: 'breaking',
    changes: ['breaking | schema LoginSession | issuedAt is no longer required | sessions.list'],
  },
  'a field of an answer may be null': {
    apply: (d) => {
      session(d).properties.issuedAt.nullable = true;
    },
    class: 'breaking',
    changes: ['breaking | schema LoginSession.issuedAt | nullable is true, was not given | sessions.list'],
  },
  'a type changed': {
    apply: (d) => {
      session(d).properties.id.type = 'integer';
    },
    class: 'breaking',
    changes: ['breaking | schema LoginSession.id | type is "integer", was "string" | sessions.list'],
  },
  'a pattern is tightened': {
    apply: (d) => {
      credentials(d).properties.name.pattern = '^[a-z]{1,32}$';
    },
    class: 'breaking',
    changes: [
      'breaking | schema PostLoginRequest.name | pattern is "^[a-z]{1,32}$", was "^([a-zA-Z0-9_-]{1,32}|Webhook#[a-zA-Z0-9_-]{22})$" | login',
    ],
  },
  'a pattern is widened': {
    apply: (d) => {
      credentials(d).properties.password.pattern = '^.{1,99}$';
    },
    class: 'breaking',
    changes: [
      'breaking | schema PostLoginRequest.password | pattern is "^.{1,99}$", was "^[\\\\x20-\\\\x7E]{10,32}$" | login',
    ],
  },
  'a pattern is given up': {
    apply: (d) => {
      delete credentials(d).properties.password.pattern;
    },
    class: 'compatible',
    changes: [
      'compatible | schema PostLoginRequest.password | pattern is not given any more, was "^[\\\\x20-\\\\x7E]{10,32}$" | login',
    ],
  },
  'a default changed': {
    apply: (d) => {
      logout(d).parameters[1].schema.default = 'false';
    },
    class: 'compatible',
    changes: ['compatible | query all | default is "false", was false | logout'],
  },
  'a shared parameter becomes required': {
    apply: (d) => {
      d.components.parameters.redirectInQuery.required = true;
    },
    class: 'breaking',
    changes: ['breaking | query redirect | required is true, was not given | login, logout'],
  },
  'a request body is gone': {
    apply: (d) => {
      delete login(d).requestBody;
    },
    class: 'breaking',
    changes: ['breaking | request body | is gone | login'],
    overlay: [
      "$.paths['/login','/users/me/ex-accounts/link','/users/me/ex-accounts/unlink'].post.requestBody matches 2 places where it says 3",
    ],
  },
  'an operation is renamed': {
    apply: (d) => {
      login(d).operationId = 'postLogin';
    },
    class: 'breaking',
    changes: ['breaking | POST /login | login is now called postLogin | login'],
  },
  'an operation lost its operationId': {
    apply: (d) => {
      delete login(d).operationId;
    },
    class: 'breaking',
    changes: ['breaking | POST /login | login has no operationId any more | login'],
  },
  'an operation is gone': {
    apply: (d) => {
      delete d.paths['/users/me/sessions/{sessionId}'];
    },
    class: 'breaking',
    changes: ['breaking | DELETE /users/me/sessions/{sessionId} | revokeMySession is gone | sessions.revoke'],
    overlay: [
      "$.paths['/users/me/sessions','/users/me/sessions/{sessionId}','/users/me/ex-accounts','/users/me/ex-accounts/link','/users/me/ex-accounts/unlink']['get','post','delete'].responses matches 4 places where it says 5",
      "$.paths[*]['get','post','delete'].responses matches 6 places where it says 7",
    ],
  },
  'a path moved': {
    apply: (d) => rename(d.paths, '/users/me/ex-accounts/unlink', '/users/me/accounts/unlink'),
    class: 'breaking',
    changes: [
      'breaking | POST /users/me/ex-accounts/unlink | unlinkExternalAccount has moved to POST /users/me/accounts/unlink | externalAccounts.unlink',
    ],
    overlay: [
      "$.paths['/login','/users/me/ex-accounts/link','/users/me/ex-accounts/unlink'].post.requestBody matches 2 places where it says 3",
      "$.paths['/users/me/ex-accounts/unlink'].post.responses['400'] matches 0 places where it says 1",
      "$.paths['/users/me/sessions','/users/me/sessions/{sessionId}','/users/me/ex-accounts','/users/me/ex-accounts/link','/users/me/ex-accounts/unlink']['get','post','delete'].responses matches 4 places where it says 5",
    ],
  },
  'a path parameter is renamed': {
    apply: (d) => {
      rename(d.paths, '/users/me/sessions/{sessionId}', '/users/me/sessions/{id}');
      d.components.parameters.sessionIdInPath.name = 'id';
    },
    class: 'compatible',
    changes: [
      'compatible | DELETE /users/me/sessions/{sessionId} | revokeMySession is now written DELETE /users/me/sessions/{id} | sessions.revoke',
    ],
    texts: [],
    overlay: [
      "$.paths['/users/me/sessions','/users/me/sessions/{sessionId}','/users/me/ex-accounts','/users/me/ex-accounts/link','/users/me/ex-accounts/unlink']['get','post','delete'].responses matches 4 places where it says 5",
    ],
  },
  'an eighth operation has our tag': {
    apply: (d) => {
      d.paths['/users/me/passkeys'] = {
        get: { operationId: 'getPasskeys', tags: ['authentication'], responses: { '200': { description: 'OK' } } },
      };
    },
    class: 'breaking',
    changes: ['breaking | GET /users/me/passkeys | getPasskeys is new beside our operations | '],
    overlay: ["$.paths[*]['get','post','delete'].responses matches 8 places where it says 7"],
  },
  'a schema is renamed': {
    apply: (d) => {
      rename(d.components.schemas, 'LoginSession', 'Session');
      sessions(d).responses['200'].content['application/json'].schema.items.$ref = '#/components/schemas/Session';
    },
    class: 'compatible',
    changes: ['compatible | schema LoginSession | is now called Session | sessions.list'],
  },
  'the cookie is renamed': {
    apply: (d) => {
      d.components.securitySchemes.cookieAuth.name = 'traq_session';
    },
    class: 'breaking',
    changes: [`breaking | security scheme cookieAuth | name is "traq_session", was "r_session" | ${every}`],
  },
  'security is tightened for all': {
    apply: (d) => {
      d.security = [{ OAuth2: [] }];
    },
    class: 'compatible',
    changes: [`covered | security | was OAuth2 or bearerAuth, is OAuth2 | ${every}`],
  },
  'security is given up for all': {
    apply: (d) => {
      delete d.security;
    },
    class: 'compatible',
    changes: [`covered | security | was OAuth2 or bearerAuth, is open to all | ${every}`],
    overlay: ['$.security matches 0 places where it says 1'],
  },
  'security changed for one operation in a way that the overlay does not know': {
    apply: (d) => {
      sessions(d).security = [{ bearerAuth: [] }];
    },
    class: 'breaking',
    changes: ['breaking | security | was OAuth2 or bearerAuth, is bearerAuth | sessions.list'],
  },
  'a token scheme changed that the overlay takes away': {
    apply: (d) => {
      d.components.securitySchemes.OAuth2.flows.authorizationCode.scopes.admin = 'Everything';
    },
    class: 'compatible',
    changes: [
      `covered | security scheme OAuth2 | flows authorizationCode scopes admin is "", was not given | ${every}`,
    ],
  },
  'upstream asks for the cookie, as the overlay does': {
    apply: (d) => {
      d.security = [{ cookieAuth: [] }];
    },
    class: 'compatible',
    changes: [`covered | security | was OAuth2 or bearerAuth, is cookieAuth | ${every}`],
    overlay: ['$.security takes away what another action puts back'],
  },
  'upstream lets everybody log in, as the overlay does': {
    apply: (d) => {
      login(d).security = [];
    },
    class: 'compatible',
    changes: ['covered | security | was OAuth2 or bearerAuth, is open to all | login'],
    overlay: ["$.paths['/login','/logout'].post changes nothing in 1 place: security"],
  },
  'upstream requires a body, as the overlay does': {
    apply: (d) => {
      login(d).requestBody.required = true;
    },
    class: 'compatible',
    changes: ['covered | request body | required is true, was not given | login'],
    overlay: [
      "$.paths['/login','/users/me/ex-accounts/link','/users/me/ex-accounts/unlink'].post.requestBody changes nothing in 1 place: required",
    ],
  },
  'upstream documents a refusal, as the overlay does': {
    apply: (d) => {
      sessions(d).responses['401'] = { description: 'Unauthorized' };
    },
    class: 'compatible',
    changes: ['covered | response 401 | is new | sessions.list'],
  },
  'the description moves to OpenAPI 3.1': {
    apply: (d) => {
      d.openapi = '3.1.0';
    },
    class: 'compatible',
    changes: [`compatible | openapi | is 3.1, was 3.0 | ${every}`],
  },
};
