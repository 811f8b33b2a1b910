import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `trust`. */
export const trustRules: readonly AnyRule[] = [];
