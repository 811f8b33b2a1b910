import type { AnyRule } from '../../core/rules/define-rule.ts';
import { trustRules } from '../../core/rules/trust/rules.ts';

/** Rules that need facts of an account or a cluster: a file alone does not have them. */
const needFacts: ReadonlySet<string> = new Set([
  'trust-provider-foreign',
  'trust-audience-impossible',
  'trust-subject-unknown-namespace',
  'trust-subject-unknown-service-account',
]);

/** The rules that judge a trust policy by its text alone, in the order of the catalogue. */
export const lintRules: readonly AnyRule[] = trustRules.filter(
  rule => rule.id.startsWith('trust-') && !needFacts.has(rule.id),
);
