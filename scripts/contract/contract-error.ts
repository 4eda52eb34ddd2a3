/** An error that is shown as a sentence, without a stack: the input or the tree is at fault, not the script. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}
