import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `issuer`. */
export const issuerRules: readonly AnyRule[] = [];
