import { exampleFaults, languageFaults, README, README_JA, readDocuments, snippetsIn } from './documents.ts';
import { faultsOf, playAll } from './play.ts';
import { readComments } from './public-api.ts';
import { readmeFaults } from './readmes.ts';
import { methodTableFaults, readmeStatements, referenceFaults } from './statements.ts';
import { throwsFaults } from './throws.ts';
import { typeCheck } from './type-check.ts';

/** What `npm run check:docs` looks at, by what it is about. */
export interface DocsReport {
  readonly snippets: number;
  readonly faults: Readonly<Record<'documents' | 'READMEs' | '@throws' | 'types' | 'runs', readonly string[]>>;
}

/**
 * Checks the documents of a project.
 *
 * @param root - where the project is, built.
 * @param provoked - the codes that each member was seen to raise.
 */
export async function checkDocs(root: string, provoked: ReadonlyMap<string, ReadonlySet<string>>): Promise<DocsReport> {
  const documents = readDocuments(root);
  const { members, examples } = readComments(root);
  const [readme, japanese] = [README, README_JA].map((path) => documents.find((document) => document.path === path));
  const snippets = [...snippetsIn(documents), ...examples];
  const types = typeCheck(root, snippets);
  return {
    snippets: snippets.length,
    faults: {
      documents: [
        ...documents.flatMap((document) => [...languageFaults(document), ...referenceFaults(root, document)]),
        ...exampleFaults(root),
      ],
      READMEs:
        readme === undefined || japanese === undefined
          ? [`there is no ${readme === undefined ? README : README_JA}`]
          : [
              ...[readme, japanese].flatMap((one) => [
                ...readmeStatements(root, one),
                ...methodTableFaults(one, members),
              ]),
              ...readmeFaults(readme, japanese),
            ],
      '@throws': throwsFaults(members, provoked),
      types,
      runs: faultsOf(await playAll(root, snippets)),
    },
  };
}
