import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `cluster`. */
export const clusterRules: readonly AnyRule[] = [];
