import ts from 'typescript';

/**
 * Writes the generated aliases of schemas (`LoginSession = components['schemas']['LoginSession']`) out, so that a bundle
 * that shows two of them need not carry the description of every schema and parameter there is. Other texts come back as
 * they are; so do schemas that refer to others.
 */
export function inlineRootTypes(declarations: string): string {
  if (!declarations.includes('interface components')) return declarations;
  const schemas = schemaTexts(declarations);
  return declarations.replace(
    /^(export (?:declare )?type \w+ = )components\[['"]schemas['"]\]\[['"](\w+)['"]\];$/gm,
    (alias: string, head: string, name: string) => {
      const schema = schemas.get(name);
      return schema === undefined || schema.includes('components[') ? alias : `${head}${schema};`;
    },
  );
}

function schemaTexts(declarations: string): ReadonlyMap<string, string> {
  const file = ts.createSourceFile('schema.d.ts', declarations, ts.ScriptTarget.ES2022, true);
  const texts = new Map<string, string>();
  for (const statement of file.statements) {
    if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== 'components') continue;
    for (const schema of membersOf(statement.members, 'schemas')) {
      if (ts.isPropertySignature(schema) && schema.type)
        texts.set(schema.name.getText(), dedent(schema.type.getText()));
    }
  }
  return texts;
}

function membersOf(members: ts.NodeArray<ts.TypeElement>, name: string): readonly ts.TypeElement[] {
  const member = members.find((candidate) => candidate.name?.getText() === name);
  if (member === undefined || !ts.isPropertySignature(member)) return [];
  return member.type && ts.isTypeLiteralNode(member.type) ? member.type.members : [];
}

function dedent(text: string): string {
  const indent = /\n( *)\}$/.exec(text)?.[1] ?? '';
  return text.replaceAll(`\n${indent}`, '\n');
}
