import { every, login, type Mutation, sessions } from './mutation.ts';

/** Security, and what the overlay says already. */
export const securityMutations: Record<string, Mutation> = {
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
