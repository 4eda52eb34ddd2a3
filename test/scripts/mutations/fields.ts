import { credentials, login, logout, type Mutations, rename, session, sessions } from './mutation.ts';

const field = 'responses › 200 › json › items';

/** Responses, and what is in them and in the bodies of requests. */
export const fieldMutations: Mutations = {
  'a refusal is documented': [
    (d) => (login(d).responses['409'] = { description: 'Conflict' }),
    'compatible',
    'responses › 409 | is new | login',
  ],
  'a success is new': [
    (d) => (login(d).responses['200'] = { description: 'OK' }),
    'breaking',
    'responses › 200 | is new | login',
  ],
  'a default response is new in several': [
    (d) => {
      for (const operation of [login(d), logout(d), sessions(d)]) operation.responses.default = { description: 'Else' };
    },
    'breaking',
    'responses › default | is new | login, logout, sessions.list',
  ],
  'a status is gone': [
    (d) => delete login(d).responses['403'],
    'breaking',
    'responses › 403 | is gone | login',
    'overlay | matches 0 places where it says 1',
  ],
  'a response no longer says what is in it': [
    (d) => delete sessions(d).responses['200'].content['application/json'].schema,
    'breaking',
    'compatible | names of schemas | LoginSession is gone | sessions.list',
    'responses › 200 › json | is gone | sessions.list',
  ],
  'a field is renamed': [
    (d) => {
      rename(session(d).properties, 'issuedAt', 'createdAt');
      session(d).required = ['id', 'createdAt'];
    },
    'breaking',
    `${field} › properties › issuedAt | is gone | sessions.list`,
    `compatible | ${field} › properties › createdAt | is new | sessions.list`,
    `${field} › required › issuedAt | is gone | sessions.list`,
    `${field} › required › createdAt | is new | sessions.list`,
  ],
  'an optional field is new in a response': [
    (d) => (session(d).properties.device = { type: 'string' }),
    'compatible',
    `${field} › properties › device | is new | sessions.list`,
  ],
  'fields are called as keywords are': [
    (d) => Object.assign(session(d).properties, { title: { type: 'string' }, $ref: { type: 'string' }, 'x-a': {} }),
    'compatible',
    `${field} › properties › title | is new | sessions.list`,
    `${field} › properties › $ref | is new | sessions.list`,
    `${field} › properties › x-a | is new | sessions.list`,
  ],
  'a field of a response holds its like': [
    (d) => (session(d).properties.parent = { $ref: '#/components/schemas/LoginSession' }),
    'compatible',
    `${field} › properties › parent | is new | sessions.list`,
  ],
  'a required field is new in a request': [
    (d) => {
      credentials(d).properties.code = { type: 'string' };
      credentials(d).required.push('code');
    },
    'breaking',
    'compatible | requestBody › json › properties › code | is new | login',
    'requestBody › json › required › code | is new | login',
  ],
  'a field of a request is gone': [
    (d) => {
      delete credentials(d).properties.name;
      delete d.components.schemas.PostLinkExternalAccount.properties;
    },
    'breaking',
    'requestBody › json › properties › name | is gone | login',
    'requestBody › json › properties | is gone | externalAccounts.link',
    'overlay | matches 1 place where it says 2',
  ],
  'a request no longer says what is in it': [
    (d) => delete login(d).requestBody.content['application/json'].schema,
    'breaking',
    'compatible | names of schemas | PostLoginRequest is gone | login',
    'requestBody › json | is gone | login',
  ],
  'a field is no longer for the direction that we use it in': [
    (d) => {
      Object.assign(credentials(d).properties.name, { readOnly: true });
      Object.assign(session(d).properties.id, { writeOnly: true });
    },
    'breaking',
    'requestBody › json › properties › name › readOnly | is true, was not given | login',
    `${field} › properties › id › writeOnly | is true, was not given | sessions.list`,
  ],
  'a field is for the direction that we use it in': [
    (d) => {
      Object.assign(credentials(d).properties.name, { writeOnly: true });
      Object.assign(session(d).properties.id, { readOnly: true });
    },
    'compatible',
    'requestBody › json › properties › name › writeOnly | is true, was not given | login',
    `${field} › properties › id › readOnly | is true, was not given | sessions.list`,
  ],
  'a field of a response is no longer required': [
    (d) => (session(d).required = ['id']),
    'breaking',
    `${field} › required › issuedAt | is gone | sessions.list`,
  ],
  'a field of a response may be null': [
    (d) => (session(d).properties.issuedAt.nullable = true),
    'breaking',
    `${field} › properties › issuedAt › nullable | is true, was not given | sessions.list`,
  ],
  'a type changed': [
    (d) => (session(d).properties.id.type = 'integer'),
    'breaking',
    `${field} › properties › id › type | is "integer", was "string" | sessions.list`,
  ],
  'a pattern is tightened': [
    (d) => (credentials(d).properties.name.pattern = '^[a-z]{1,32}$'),
    'breaking',
    'review | requestBody › json › properties › name › pattern | is "^[a-z]{1,32}$", was "^([a-zA-Z0-9_-]{1,32}|Webhook#[a-zA-Z0-9_-]{22})$" | login',
  ],
  'a pattern is given up': [
    (d) => delete credentials(d).properties.password.pattern,
    'compatible',
    'requestBody › json › properties › password › pattern | is not given any more, was "^[\\\\x20-\\\\x7E]{10,32}$" | login',
  ],
  'several schemas have to hold at once, which say different things': [
    (d) => {
      d.components.schemas.PostLoginRequest = {
        ...credentials(d),
        allOf: [{ properties: { name: { type: 'string', maxLength: 3 } } }, { additionalProperties: false }],
      };
    },
    'breaking',
    'requestBody › json › allOf | is [{"additionalProperties":false},{"properties":{"name":{"type":"string","maxLength":3}}}], was not given | login',
  ],
  'a default changed': [
    (d) => (logout(d).parameters[1].schema.default = true),
    'breaking',
    'parameters › query all › schema › default | is true, was false | logout',
  ],
  'a default is data that looks like a reference, of which Redocly says nothing': [
    (d) => (session(d).default = { $ref: 'other.json' }),
    'breaking',
    `review | ${field} › default | is new | sessions.list`,
  ],
};
