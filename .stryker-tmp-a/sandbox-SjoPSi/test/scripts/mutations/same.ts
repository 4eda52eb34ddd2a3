import { login, logout, type Mutation, session } from './mutation.ts';

const same = { class: 'same', changes: [] } as const;

/** What leaves the contract as it is: another spelling, other parts of the file, other texts. */
export const sameMutations: Record<string, Mutation> = {
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
};
