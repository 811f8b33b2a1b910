import { annotateServiceAccount, unannotateServiceAccount, unlabelServiceAccount } from '../../facts/kubectl.ts';
import { isRoleArn } from '../../facts/role-arn-fault.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { Fix } from '../../model/finding.ts';
import { isNearMissKey, roleArnKey } from '../../model/irsa-annotation.ts';
import { defineRule, failOrPass, notApplicable } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { exampleAccountId, someFacts } from '../example-world.ts';
import { nameOf, readFrom } from './support/service-account-view.ts';

/** A key that the webhook does not know is silently ignored: pods run as the node's role (pod-identity-webhook#200). */
export const serviceAccountAnnotationMistyped = defineRule({
  id: 'service-account-annotation-mistyped',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-arn-format',
  title: 'Service accounts name their role under the exact annotation key',
  needs: ['service-accounts'],
  docs: {
    why: 'The webhook looks for eks.amazonaws.com/role-arn and nothing else. Under another key, or as a label, the role is ignored without a word, and pods run as the node’s role.',
    fix: 'Write the annotation under its exact key and take the mistyped one away.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'https://github.com/aws/amazon-eks-pod-identity-webhook/issues/200',
      'docs/facts.md §D.1, §D.3',
    ],
  },
  check: subject => {
    if (subject.roleArn !== undefined) return notApplicable;
    const misses = missesOf(subject);
    if (misses.length === 0) return notApplicable;
    return failOrPass(
      misses.map(miss => ({
        discriminator: `${miss.as} ${miss.key}`,
        message: `service account ${nameOf(subject)} has the ${miss.as} ${miss.key}, which the webhook ignores: its role belongs under the annotation ${roleArnKey}`,
        evidence: [
          {
            what: miss.as,
            got: `${miss.key}: ${miss.value}`,
            wanted: `annotation ${roleArnKey}`,
            readFrom: readFrom(subject),
          },
        ],
        fix: fixOf(subject, miss),
      })),
    );
  },
  examples: {
    pass: { title: 'the exact key', facts: () => marked({ annotations: { [roleArnKey]: cartRole } }) },
    fail: { title: 'an underscore', facts: () => marked({ annotations: { 'eks.amazonaws.com/role_arn': cartRole } }) },
  },
});

const cartRole = `arn:aws:iam::${exampleAccountId}:role/checkout-cart`;

const marked = (over: Parameters<typeof aServiceAccount>[0]) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([aServiceAccount({ annotations: {}, ...over })]),
        pods: complete([]),
      }),
    ]),
  });

interface Miss {
  readonly as: 'annotation' | 'label';
  readonly key: string;
  readonly value: string;
}

const missesOf = ({ serviceAccount }: ServiceAccountSubject): readonly Miss[] => [
  ...Object.entries(serviceAccount.annotations)
    .filter(([key]) => isNearMissKey(key))
    .map(([key, value]) => ({ as: 'annotation' as const, key, value })),
  ...Object.entries(serviceAccount.labels)
    .filter(([key]) => key === roleArnKey || isNearMissKey(key))
    .map(([key, value]) => ({ as: 'label' as const, key, value })),
];

const fixOf = ({ serviceAccount }: ServiceAccountSubject, { as, key, value }: Miss): Fix => {
  const { namespace, name } = serviceAccount;
  const drop =
    as === 'label' ? unlabelServiceAccount(namespace, name, key) : unannotateServiceAccount(namespace, name, key);
  const summary = `Name the role of ${namespace}/${name} under ${roleArnKey}, then make its pods anew.`;
  return isRoleArn(value)
    ? { summary, commands: [annotateServiceAccount(namespace, name, roleArnKey, value), drop] }
    : { summary, commands: [drop], choice: `Which role is meant: ${JSON.stringify(value)} is no ARN of a role.` };
};
