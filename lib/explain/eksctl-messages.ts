import type { KnownMessage } from './known-message.ts';

/** Messages of eksctl about the service accounts that it makes (docs/facts.md §C.4). */
export const eksctlMessages: readonly KnownMessage[] = [
  {
    id: 'eksctl-no-tasks',
    from: 'cluster',
    sample: '1 iamserviceaccount (<namespace>/<name>) was excluded (based on the include/exclude rules), no tasks',
    patterns: [
      /iamserviceaccounts? \(.{1,260}(was|were) excluded/i,
      /existing iamserviceaccount\(s\) .{1,260}will be excluded/i,
      /\b(create|update)( \(or update\))? iamserviceaccount\b.{0,300}\b(no tasks|does not work|not (be )?(updated|annotated|annotate|changed)|n.t (update|annotate|change))/i,
      /\bannotation .{0,60}\bnot (be )?updated\b.{0,200}\biamserviceaccount\b/i,
    ],
    says: 'eksctl left the service account as it is: its CloudFormation stack exists already, or the service account does. It does not look whether the two belong together.',
    causes: [
      {
        text: 'The service account is there, without the annotation or with that of an earlier role, which eksctl does not change: kubectl annotate serviceaccount <name> --overwrite eks.amazonaws.com/role-arn=<role of eksctl get iamserviceaccount>, then restart the pods.',
        rules: ['service-account-role-unannotated', 'service-account-role-missing'],
        tell: 'kubectl get serviceaccount <name> --output yaml and eksctl get iamserviceaccount name different roles.',
        decisive: ['eksctl-left'],
      },
      {
        text: 'The service account was deleted or replaced in the cluster, and its role is left: eksctl delete iamserviceaccount, then create it again. Or create the service account yourself with the annotation.',
        rules: ['trust-subject-unknown-service-account'],
        tell: 'kubectl get serviceaccount --namespace <namespace> <name> finds nothing, or no annotation.',
        decisive: ['account-not-created'],
      },
      {
        text: 'Both exist, and nothing was to be done.',
        rules: [],
        tell: 'The service account has the annotation with the role of the stack.',
      },
    ],
  },
];
