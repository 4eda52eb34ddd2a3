import { expect, inject, test } from 'vitest';
import { operationsOf, strictDescription } from '../support/prism-description.ts';
import { type RawRequest, sendRaw } from '../support/prism-request.ts';

// What Prism refuses, it must be seen to refuse: a schema that it cannot compile it drops without a word, and everything
// passes. Sent without the client, which would refuse most of this by itself. No key or path here may leave ASCII, nor
// be percent-encoded badly: either brings Prism down.

const prism = inject('prism');
const description = await strictDescription();
const cookie = { cookie: 'r_session=held-token' };
const credentials = { name: 'alice', password: 'password-alice' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const plain = { 'content-type': 'text/plain' };

type Control = [what: string, request: RawRequest, violations: string[]];

const login = (request: Partial<RawRequest>): RawRequest => ({ path: '/login', ...request });

const loginControls: Control[] = [
  ['no body', login({}), ['required']],
  ['null', login({ json: null }), ['required']],
  ['an empty object', login({ json: {} }), ['body required', 'body required']],
  ['no name', login({ json: { password: credentials.password } }), ['body required']],
  ['no password', login({ json: { name: credentials.name } }), ['body required']],
  ['a list', login({ json: [credentials] }), ['body type']],
  ['a text', login({ json: 'alice' }), ['body type']],
  ['a name with a space', login({ json: { ...credentials, name: 'al ice' } }), ['body.name pattern']],
  ['a name of 33 letters', login({ json: { ...credentials, name: 'a'.repeat(33) } }), ['body.name pattern']],
  ['a password of 9 letters', login({ json: { ...credentials, password: '123456789' } }), ['body.password pattern']],
  ['a number for a password', login({ json: { ...credentials, password: 1234567890 } }), ['body.password type']],
  ['another property', login({ json: { ...credentials, remember: true } }), ['body additionalProperties']],
  ['text', login({ body: JSON.stringify(credentials), headers: plain }), ['415']],
  ['a form', login({ body: 'name=alice&password=password-alice', headers: form }), ['415']],
  ['redirect twice', login({ path: '/login?redirect=a&redirect=b', json: credentials }), ['query.redirect type']],
];

const providerControls = ['/users/me/ex-accounts/link', '/users/me/ex-accounts/unlink'].flatMap((path): Control[] => {
  const request = (rest: Partial<RawRequest>): RawRequest => ({ path, headers: cookie, ...rest });
  return [
    [`${path}: no body`, request({}), ['required']],
    [`${path}: an empty object`, request({ json: {} }), ['body required']],
    [`${path}: a text`, request({ json: 'github' }), ['body type']],
    [`${path}: an empty name`, request({ json: { providerName: '' } }), ['body.providerName minLength']],
    [`${path}: a number for a name`, request({ json: { providerName: 1 } }), ['body.providerName type']],
    [
      `${path}: another property`,
      request({ json: { providerName: 'github', link: 1 } }),
      ['body additionalProperties'],
    ],
    [`${path}: text`, request({ body: '{"providerName":"github"}', headers: { ...cookie, ...plain } }), ['415']],
  ];
});

const otherControls: Control[] = [
  ['logout: all that is no boolean', { path: '/logout?all=maybe' }, ['query.all type']],
  ['logout: all twice', { path: '/logout?all=true&all=true' }, ['query.all type']],
  ['logout: redirect twice', { path: '/logout?redirect=a&redirect=b' }, ['query.redirect type']],
  ['logout: a body', { path: '/logout', json: {} }, ['415']],
  [
    'revokeMySession: an id that is no UUID',
    { path: '/users/me/sessions/not-a-uuid', method: 'DELETE', headers: cookie },
    ['path.sessionid format'],
  ],
  [
    'revokeMySession: an id that leads elsewhere',
    { path: '/users/me/sessions/a%2Fb', method: 'DELETE', headers: cookie },
    ['path.sessionid format'],
  ],
];

test.each([
  ...loginControls.map(([what, ...rest]): Control => [`login: ${what}`, ...rest]),
  ...providerControls,
  ...otherControls,
])('Prism refuses a bad request: %s', async (_, request, violations) => {
  const { response, recorded } = await sendRaw(request, prism);
  expect(recorded?.violations).toStrictEqual(violations);
  expect(response.status).toBeGreaterThanOrEqual(400);
});

/** A request to each operation that is sound but for its credentials. */
const sound: Record<string, RawRequest> = {
  login: { path: '/login', json: credentials },
  logout: { path: '/logout' },
  getMySessions: { path: '/users/me/sessions', method: 'GET' },
  revokeMySession: { path: '/users/me/sessions/019ab7a1-66f7-7c1c-9d0a-3f1f5f7a2b10', method: 'DELETE' },
  getMyExternalAccounts: { path: '/users/me/ex-accounts', method: 'GET' },
  linkExternalAccount: { path: '/users/me/ex-accounts/link', json: { providerName: 'github' } },
  unlinkExternalAccount: { path: '/users/me/ex-accounts/unlink', json: { providerName: 'github' } },
};

const credentialsTried = [
  ['no credentials', {}, ['401']],
  ['an empty cookie', { cookie: 'r_session=' }, ['401']],
  ['the cookie of something else', { cookie: 'session=held-token' }, ['401']],
  ['a token', { authorization: 'Bearer held-token' }, ['401']],
  ['the session cookie', cookie, []],
] as const;

const rules = operationsOf(description).flatMap(({ operation }) =>
  credentialsTried.map(([what, headers, violations]) => ({
    operationId: operation.operationId,
    what,
    headers,
    violations: (operation.security ?? description.security).length === 0 ? [] : violations,
  })),
);

test('there is a security rule for each operation: five behind a login, two open', () => {
  expect(rules).toHaveLength(35);
  const open = rules.filter(({ what, violations }) => what === 'no credentials' && violations.length === 0);
  expect(open.map(({ operationId }) => operationId)).toStrictEqual(['login', 'logout']);
});

for (const { operationId, what, headers, violations } of rules) {
  const verdict = violations.length === 0 ? 'serves' : 'refuses';
  test(`Prism ${verdict} ${operationId} with ${what}`, async () => {
    const request = sound[operationId] as RawRequest;
    const { response, recorded } = await sendRaw({ ...request, headers: { ...headers } }, prism);
    expect(recorded?.operationId).toBe(operationId);
    expect(recorded?.violations).toStrictEqual(violations);
    if (violations.length > 0) expect(response.status).toBe(401);
    else expect(response.status).toBeLessThan(400);
  });
}

test('the description has three request bodies, those that have controls here', () => {
  const bodies = operationsOf(description).filter(({ operation }) => 'requestBody' in operation);
  expect(bodies.map(({ path }) => path)).toStrictEqual([
    '/login',
    '/users/me/ex-accounts/link',
    '/users/me/ex-accounts/unlink',
  ]);
});
