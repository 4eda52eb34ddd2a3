import { every, login, type Mutations, sessions } from './mutation.ts';

const tokens = '[{"OAuth2":[]},{"bearerAuth":[]}]';
const servers = '["http://localhost:3000/api/v3","https://q-dev.trapti.tech/api/v3","https://q.trap.jp/api/v3"]';

/** Security, servers, and what the overlay says already. */
export const securityMutations: Mutations = {
  'the cookie is renamed': [
    (d) => (d.components.securitySchemes.cookieAuth.name = 'traq_session'),
    'breaking',
    `securitySchemes › cookieAuth › name | is "traq_session", was "r_session" | ${every}`,
  ],
  'security is tightened for all': [
    (d) => (d.security = [{ OAuth2: [] }]),
    'compatible',
    `covered | security | is [{"OAuth2":[]}], was ${tokens} | ${every}`,
  ],
  'security changed for one operation in a way that the overlay does not know': [
    (d) => (sessions(d).security = [{ bearerAuth: [] }]),
    'breaking',
    `security | is [{"bearerAuth":[]}], was ${tokens} | sessions.list`,
  ],
  'security of one operation has no value': [
    (d) => (sessions(d).security = null),
    'breaking',
    `security | is [], was ${tokens} | sessions.list`,
  ],
  'security asks all for more than the overlay knows': [
    (d) => {
      d.components.securitySchemes.csrf = { type: 'apiKey', in: 'header', name: 'X-CSRF' };
      d.security = [{ cookieAuth: [] }, { csrf: [] }];
    },
    'breaking',
    `security | is [{"cookieAuth":[]},{"csrf":[]}], was ${tokens} | ${every}`,
    `compatible | securitySchemes › csrf | is new | ${every}`,
  ],
  'security asks all for two things at once': [
    (d) => (d.security = [{ cookieAuth: [], bearerAuth: [] }]),
    'breaking',
    `security | is [{"cookieAuth":[],"bearerAuth":[]}], was ${tokens} | ${every}`,
  ],
  'a token scheme changed that the overlay takes away': [
    (d) => (d.components.securitySchemes.OAuth2.flows.authorizationCode.scopes.admin = 'Everything'),
    'compatible',
    `covered, review | securitySchemes › OAuth2 › flows › authorizationCode › scopes › admin | is "", was not given | ${every}`,
  ],
  'upstream asks for the cookie, as the overlay does': [
    (d) => (d.security = [{ cookieAuth: [] }]),
    'compatible',
    `covered | security | is [{"cookieAuth":[]}], was ${tokens} | ${every}`,
    'overlay | takes away what another action puts back',
  ],
  'upstream lets everybody log in, as the overlay does': [
    (d) => (login(d).security = []),
    'compatible',
    `covered | security | is [], was ${tokens} | login`,
    'overlay | changes nothing in 1 place: security',
  ],
  'upstream asks for the cookie at login, where the overlay cannot take it away': [
    (d) => (login(d).security = [{ cookieAuth: [] }]),
    'breaking',
    `security | is [{"cookieAuth":[]}], was ${tokens} | login`,
    'overlay | changes nothing in 1 place: security',
  ],
  'upstream requires a body, as the overlay does': [
    (d) => (login(d).requestBody.required = true),
    'compatible',
    'covered | requestBody › required | is true, was not given | login',
    'overlay | changes nothing in 1 place: required',
  ],
  'upstream demands more than the overlay': [
    (d) => (d.components.schemas.PostLinkExternalAccount.properties.providerName.minLength = 3),
    'breaking',
    'review | requestBody › json › properties › providerName › minLength | is 3, was not given | externalAccounts.link',
  ],
  'upstream documents a refusal, as the overlay does': [
    (d) => (sessions(d).responses['401'] = { description: 'Unauthorized' }),
    'compatible',
    'covered | responses › 401 | is new | sessions.list',
  ],
  'upstream documents a refusal in another form than the overlay': [
    (d) => {
      const schema = { type: 'object', properties: { error: { type: 'string' } } };
      login(d).responses['400'].content = { 'application/json': { schema } };
    },
    'breaking',
    'review | responses › 400 › content | is new | login',
  ],
  'what the overlay takes away is another thing now': [
    (d) => (d.components.parameters.redirectInQuery.schema.format = 'uuid'),
    'breaking',
    'review | parameters › query redirect › schema › format | is "uuid", was "uri" | login, logout',
  ],
  'what the overlay takes away is gone': [
    (d) => delete d.components.parameters.redirectInQuery.schema.format,
    'compatible',
    'covered | parameters › query redirect › schema › format | is not given any more, was "uri" | login, logout',
    'overlay | matches 0 places where it says 1',
  ],
  'all servers moved': [
    (d) => {
      for (const server of d.servers) server.url = server.url.replace('/v3', '/v4');
    },
    'breaking',
    `servers | is ${servers.replaceAll('/v3', '/v4')}, was ${servers} | ${every}`,
    'overlay | matches 3 places where it says 2',
  ],
  'a server is new': [
    (d) => d.servers.push({ url: 'https://q2.trap.jp/api/v3' }),
    'compatible',
    `covered | servers | is ${servers.replace(']', ',"https://q2.trap.jp/api/v3"]')}, was ${servers} | ${every}`,
    'overlay | matches 3 places where it says 2',
  ],
  'no server is named any more': [
    (d) => (d.servers = []),
    'breaking',
    `servers | is ["/"], was ${servers} | ${every}`,
    'overlay | matches 0 places where it says 2',
  ],
  'an operation has a server of its own': [
    (d) => (sessions(d).servers = [{ url: 'https://auth.invalid' }]),
    'breaking',
    `servers | is ["https://auth.invalid"], was ${servers} | sessions.list`,
  ],
  'a path has a server of its own': [
    (d) => (d.paths['/logout'].servers = [{ url: 'https://auth.invalid' }]),
    'breaking',
    `servers | is ["https://auth.invalid"], was ${servers} | logout`,
  ],
  'a server of the developers is gone': [
    (d) => d.servers.splice(1, 1),
    'compatible',
    `covered | servers | is ["http://localhost:3000/api/v3","https://q.trap.jp/api/v3"], was ${servers} | ${every}`,
    'overlay | matches 1 place where it says 2',
  ],
};
