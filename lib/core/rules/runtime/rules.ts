import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `runtime`. */
export const runtimeRules: readonly AnyRule[] = [];
