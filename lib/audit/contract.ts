/** Names shared by the steps, the handlers and the infrastructure. The state machine is built from them and a test
 *  compares them with what the handlers throw. The only file of `audit` that `infra` imports. */

/** The steps of one run, in order. */
export const stepNames = [
  'list-targets',
  'collect-account',
  'collect-cluster',
  'index-issuers',
  'probe-issuers',
  'evaluate-account',
  'notify-drift',
  'complete-run',
] as const;
export type StepName = (typeof stepNames)[number];

/** Errors that a repeat may mend: the definition retries exactly these. */
export const transientErrors = ['ThrottledError', 'TransientError', 'StateConflict'] as const;

/** Errors that a repeat cannot mend: the item's own Catch turns them into a status. */
export const permanentErrors = [
  'InvalidEvent',
  'TargetsUnreadable',
  'DocumentMissing',
  'DocumentInvalid',
  'ConfigurationInvalid',
] as const;

export type ErrorName = (typeof transientErrors)[number] | (typeof permanentErrors)[number];

/** Names of the variables that the infrastructure sets and `lambdas/shared/env.ts` reads. */
export const environmentNames = {
  table: 'IRSA_AUDITOR_TABLE',
  bucket: 'IRSA_AUDITOR_BUCKET',
  topic: 'IRSA_AUDITOR_TOPIC_ARN',
  configuration: 'IRSA_AUDITOR_CONFIGURATION',
} as const;
