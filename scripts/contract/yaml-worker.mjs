// Parses YAML in a worker thread, which can be stopped: some texts keep the library busy for hours.
// Plain JavaScript, since a worker does not get the loader for TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { parseDocument } from 'yaml';

function parse({ text, maxDepth }) {
  const options = { merge: true, uniqueKeys: true, resolveKnownTags: false, logLevel: 'error' };
  const document = parseDocument(text, options);
  // A warning tells of a tag that the library would pass over.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) throw error;
  const content = document.toJS({ maxAliasCount: 1_000 });
  if (depth(content) > maxDepth) throw new Error(`it is nested deeper than ${maxDepth} levels`);
  // Anchors and merge keys make places share objects; in JSON each place is its own. It has no .inf and .nan.
  return JSON.stringify(content, (_, value) =>
    Number.isFinite(value) || typeof value !== 'number' ? value : `${value}`,
  );

  function depth(value, level = 0) {
    if (typeof value !== 'object' || value === null || level > maxDepth) return level;
    return Math.max(level, ...Object.values(value).map((inner) => depth(inner, level + 1)));
  }
}

try {
  parentPort?.postMessage({ json: parse(workerData) });
} catch (error) {
  // The library's messages end with an excerpt of the text; stack overflows and alias bombs arrive here, too.
  parentPort?.postMessage({ error: error.message.split(/\n|; please/)[0].replace(/:$/, '') });
}
