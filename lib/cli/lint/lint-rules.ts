import type { AnyRule } from '../../rules/define-rule.ts';
import { trustRules } from '../../rules/trust/rules.ts';

/** Rules that need facts of an AWS account or a cluster, which a file does not have. */
const needFacts: ReadonlySet<string> = new Set([
  'trust-provider-foreign',
  'trust-audience-impossible',
  'trust-subject-unknown-namespace',
  'trust-subject-unknown-service-account',
]);

/** The rules that check the text of a trust policy, in the order of the catalogue. */
export const lintRules: readonly AnyRule[] = trustRules.filter(
  rule => rule.id.startsWith('trust-') && !needFacts.has(rule.id),
);
