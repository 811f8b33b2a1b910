import type { ArticleStep } from '../model/finding.ts';

/** By the first word of a rule's id. */
const stepByWord: Readonly<Record<string, ArticleStep>> = {
  cluster: 'provider-exists',
  provider: 'provider-exists',
  issuer: 'provider-thumbprint',
  trust: 'role-trust-policy',
  role: 'role-trust-policy',
  account: 'role-arn-format',
  webhook: 'webhook-configuration',
  pod: 'webhook-injection',
  runtime: 'supported-sdk',
};

/** Rules that stand elsewhere than others of their name. */
const stepById: Readonly<Record<string, ArticleStep>> = {
  'provider-audience-missing': 'provider-audience',
  'provider-audience-unexpected': 'provider-audience',
  'provider-thumbprint-mismatch': 'provider-thumbprint',
  'provider-thumbprint-not-root': 'provider-thumbprint',
  'provider-thumbprint-stale': 'provider-thumbprint',
  'account-role-missing': 'role-trust-policy',
  'account-role-account-lacks-provider': 'provider-exists',
  'account-role-not-trusting': 'role-trust-policy',
  'account-audience-refused': 'provider-audience',
  'pod-static-credentials': 'supported-sdk',
  'runtime-assume-failing': 'role-trust-policy',
  'runtime-thumbprint-consulted': 'provider-thumbprint',
};

/** Where a rule is shown on the map of health, also one of no step of the article: none may be missing. It repeats what
 *  the rules say, and a test compares the two: the step that writes the page would carry the whole catalogue otherwise. */
export const stepOfRule = (ruleId: string): ArticleStep | undefined => {
  const [word = ''] = ruleId.split('-');
  return stepById[ruleId] ?? stepByWord[word];
};
