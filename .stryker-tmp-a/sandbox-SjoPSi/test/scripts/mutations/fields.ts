import { credentials, login, logout, type Mutation, rename, session, sessions } from './mutation.ts';

/** Answers, and what is in them and in the bodies of requests. */
export const fieldMutations: Record<string, Mutation> = {
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
};
