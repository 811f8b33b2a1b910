import type { AnyRule } from '../define-rule.ts';

/** The rules of the group `webhook`. */
export const webhookRules: readonly AnyRule[] = [];
