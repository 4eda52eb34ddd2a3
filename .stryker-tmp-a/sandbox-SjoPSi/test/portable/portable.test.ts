import { afterAll, beforeAll, describe, test } from 'vitest';
import { portableCases } from './cases.ts';
import { type BuiltPackage, loadBuilt, playInProcess } from './process-context.ts';
import { type ListeningStage, listenStage } from './stage.ts';

describe(`the built package on Node ${process.version}`, { timeout: 30_000 }, () => {
  let built: BuiltPackage;
  let stage: ListeningStage;
  beforeAll(async () => {
    built = await loadBuilt();
    stage = await listenStage(built.testing);
  });
  afterAll(() => stage?.close());

  for (const portableCase of portableCases.filter(({ where }) => where !== 'browser')) {
    test(portableCase.name, () => playInProcess(portableCase, built, stage.origin));
  }
});
