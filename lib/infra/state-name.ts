import type { FunctionName } from '../audit/contract.ts';

/** The name of a step's Task state: `collect-account` is `CollectAccount`. The local runner overrides states by it. */
export const stateNameOf = (step: FunctionName): string =>
  step
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
