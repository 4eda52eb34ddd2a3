import ts from 'typescript';

/** The platform's types whose values can carry any text. */
const carriers = new Set(['RequestInit', 'Request', 'Response', 'URL']);
const anyText = ts.TypeFlags.String | ts.TypeFlags.Unknown | ts.TypeFlags.Any | ts.TypeFlags.TemplateLiteral;

/**
 * Every place of the public interface that can carry a text of somebody's: options, parameters, what callbacks give, and
 * the fields of results and errors. Texts out of a closed list are none.
 *
 * @param entry - the module whose exports are public.
 * @param sources - modules that do not exist as files, by path.
 */
export function publicPlaces(entry: string, sources: Readonly<Record<string, string>> = {}): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  host.readFile = (path) => sources[path] ?? readFile(path);
  host.fileExists = (path) => path in sources || fileExists(path);
  const program = ts.createProgram([entry], options, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error(`${entry} exports nothing`);
  const places = new Set<string>();
  const typeOf = (symbol: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(symbol, source);
  const isOurs = (type: ts.Type): boolean =>
    type.symbol?.declarations?.some((at) => !program.isSourceFileDefaultLibrary(at.getSourceFile())) ?? false;

  const look = (type: ts.Type, place: string, within: readonly ts.Type[]): void => {
    if (within.includes(type)) return;
    const inside = [...within, type];
    if (type.flags & anyText || carriers.has(type.symbol?.name)) places.add(place);
    else if (type.isUnionOrIntersection()) for (const part of type.types) look(part, place, inside);
    else if (checker.isArrayType(type) || type.symbol?.name === 'Promise') {
      const within = checker.isArrayType(type) ? `${place}[]` : place;
      for (const item of checker.getTypeArguments(type as ts.TypeReference)) look(item, within, inside);
    } else if (isOurs(type)) lookInside(type, place, inside);
  };
  const lookInside = (type: ts.Type, place: string, inside: readonly ts.Type[]): void => {
    for (const signature of type.getCallSignatures()) {
      for (const parameter of signature.getParameters()) look(typeOf(parameter), `${place}(${parameter.name})`, inside);
      look(signature.getReturnType(), `${place}()`, inside);
    }
    for (const property of type.getProperties()) look(typeOf(property), `${place}.${property.name}`, inside);
  };

  for (const symbol of checker.getExportsOfModule(module)) {
    const exported = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    if (exported.flags & ts.SymbolFlags.Function) lookInside(typeOf(exported), symbol.name, []);
    if (exported.flags & ts.SymbolFlags.Class) lookInside(checker.getDeclaredTypeOfSymbol(exported), symbol.name, []);
  }
  return [...places].sort();
}
