import { login, type Mutation, rename, sessions } from './mutation.ts';

/** Parameters, bodies, operations, paths, and the names of schemas. */
export const operationMutations: Record<string, Mutation> = {
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
};
