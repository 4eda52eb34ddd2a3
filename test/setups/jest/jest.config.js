// Jest leaves node_modules as it is; the package and its dependency are ES modules.
const common = { transformIgnorePatterns: ['/node_modules/(?!(traq-auth|openapi-fetch)/)'] };

module.exports = {
  projects: [
    { ...common, displayName: 'node', testMatch: ['**/node.test.ts'] },
    { ...common, displayName: 'jsdom', testMatch: ['**/page.test.ts'], testEnvironment: 'jest-fixed-jsdom' },
  ],
};
