/** The package's exports: the name of each one's files in dist/, and the module that it is made of. */
export const entries: Readonly<Record<string, string>> = {
  index: 'src/index.ts',
  browser: 'src/browser.ts',
  node: 'src/node/index.ts',
  testing: 'src/testing/index.ts',
};

/**
 * Where a module of the other exports finds what it shares with the main one, so that there is one `TraqError` class and
 * one `SessionStore` type: undefined if it shares none.
 */
export function sharedWith(specifier: string, importer: string): string | undefined {
  const shared = /\/(errors|models)\.ts$/.test(specifier) && /[\\/]src[\\/](node|testing)[\\/]/.test(importer);
  // The client for pages has a module of its own, and its types are the main export's all the same.
  const isPages = /[\\/]src[\\/](browser|create-page-traq-auth)\.d\.ts$/.test(importer);
  return shared || (isPages && /\/(client|errors|models|options)\.ts$/.test(specifier)) ? './index.js' : undefined;
}
