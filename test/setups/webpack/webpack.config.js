const common = { mode: 'production', experiments: { outputModule: true } };
const output = (filename) => ({ filename, module: true, library: { type: 'module' } });

export default [
  { ...common, name: 'page', target: 'web', entry: './page.js', output: output('page.js') },
  { ...common, name: 'node', target: 'node20', entry: './program.js', output: output('node.js') },
];
