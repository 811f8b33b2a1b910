import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `pod`. */
export const podRules: readonly AnyRule[] = [];
