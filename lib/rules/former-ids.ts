/**
 * Rule ids that were renamed. An id is a key in a database: configurations and stored findings may still have the old
 * one, so it is read as the new one, and the identity of a finding is made of the first one.
 */

/** Former id to current id. Add a line for a renamed rule; never remove one. */
export const formerRuleIds: Readonly<Record<string, string>> = {
  'account-annotation-mistyped': 'service-account-annotation-mistyped',
  'account-audience-refused': 'service-account-audience-refused',
  'account-on-default': 'service-account-on-default',
  'account-option-ignored': 'service-account-option-ignored',
  'account-pod-identity-overrides': 'service-account-pod-identity-overrides',
  'account-role-account-lacks-provider': 'service-account-role-account-lacks-provider',
  'account-role-arn-malformed': 'service-account-role-arn-malformed',
  'account-role-missing': 'service-account-role-missing',
  'account-role-not-trusting': 'service-account-role-not-trusting',
  'pod-account-gone': 'pod-service-account-gone',
  'trust-any-account-in-namespace': 'trust-any-service-account-in-namespace',
  'trust-subject-unknown-account': 'trust-subject-unknown-service-account',
};

const firstIds: ReadonlyMap<string, string> = new Map(
  Object.entries(formerRuleIds).map(([former, current]) => [current, former]),
);

/** The id that a rule has now; the id itself if it was never renamed. */
export const currentRuleId = (id: string): string =>
  Object.hasOwn(formerRuleIds, id) ? (formerRuleIds[id] ?? id) : id;

/** The id under which a rule was first published: part of the identity of its findings. */
export const firstRuleId = (id: string): string => firstIds.get(id) ?? id;
