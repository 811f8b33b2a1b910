import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `account`. */
export const accountRules: readonly AnyRule[] = [];
