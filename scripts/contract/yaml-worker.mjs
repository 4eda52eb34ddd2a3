// Parses YAML in a worker thread, which can be stopped: some texts keep the library busy for hours.
// Plain JavaScript, since a worker does not get the loader for TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { parseDocument } from 'yaml';

function parse({ text, maxDepth }) {
  const document = parseDocument(text, { merge: true, uniqueKeys: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  const content = document.toJS({ maxAliasCount: 1_000 });
  if (depth(content) > maxDepth) throw new Error(`it is nested deeper than ${maxDepth} levels`);
  // Anchors and merge keys make places share objects; in JSON each place is its own.
  return JSON.stringify(content);

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
