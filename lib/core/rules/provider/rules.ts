import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `provider`. */
export const providerRules: readonly AnyRule[] = [];
