import { fieldMutations } from './mutations/fields.ts';
import type { Mutation } from './mutations/mutation.ts';
import { operationMutations } from './mutations/operations.ts';
import { sameMutations } from './mutations/same.ts';
import { securityMutations } from './mutations/security.ts';

/** What may become of the upstream file, and what is to be said of it. */
export const mutations: Record<string, Mutation> = {
  ...sameMutations,
  ...fieldMutations,
  ...operationMutations,
  ...securityMutations,
};
