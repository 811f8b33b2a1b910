import { type Facts, isRoleArn, type ServiceAccountSubject } from '../../facts.ts';
import { unlabel } from '../../fixes/kubernetes-steps.ts';
import { type FixDraft, isNearMissKey, roleArnKey } from '../../model.ts';
import { defineRule, eksGuide, failOrPass, notApplicable } from '../prelude.ts';
import {
  accountReadFrom,
  annotateStep,
  dormancyIn,
  nameOfAccount,
  roleOfName,
  unlessDormant,
} from './support/service-account-view.ts';
import { withRestarts } from './support/with-restarts.ts';

/** A key that the webhook does not know is silently ignored: pods run as the node's role (pod-identity-webhook#200). */
export const serviceAccountAnnotationMistyped = defineRule({
  id: 'service-account-annotation-mistyped',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-arn-format',
  title: 'Roles are named under the exact annotation key',
  fault: 'The annotation key of the role is mistyped',
  says: {
    annotation: [
      'mistyped annotation',
      'service account {serviceAccount} has the annotation {key}, which the webhook ignores',
    ],
    label: ['label, not annotation', 'service account {serviceAccount} has the label {key}, which the webhook ignores'],
  },
  needs: ['service-accounts'],
  why: `The webhook reads ${roleArnKey} and no other key. Under another key, or as a label, the role is ignored without an error, and pods run as the node’s role.`,
  fix: 'Write the role under the exact annotation key, then remove the mistyped one.',
  references: [
    eksGuide('associate-service-account-role'),
    'https://github.com/aws/amazon-eks-pod-identity-webhook/issues/200',
    'docs/facts.md §D.1, §D.3',
  ],
  check: (subject, facts, fail) => {
    if (subject.roleArn !== undefined || dormancyIn(subject) === true) return notApplicable;
    const misses = missesOf(subject);
    if (misses.length === 0) return notApplicable;
    return unlessDormant(
      subject,
      failOrPass(
        misses.map(miss =>
          fail[miss.as]({ serviceAccount: nameOfAccount(subject), key: miss.key })
            .discriminator(`${miss.as} ${miss.key}`)
            .evidence(`${miss.as} ${miss.key}`, accountReadFrom(subject), miss.value)
            .fix(fixOf(subject, miss, facts)),
        ),
      ),
    );
  },
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

/** Moves the role to the right key. An annotation that names no role stays: it is the only hint that there is. */
const fixOf = (subject: ServiceAccountSubject, { as, key, value }: Miss, facts: Facts): FixDraft => {
  const summary = `Write the role of service account ${nameOfAccount(subject)} under ${roleArnKey}, then restart its pods.`;
  const roleArn = isRoleArn(value) ? value : roleOfName(value, facts);
  if (roleArn === undefined)
    return { summary, choice: `Which role the service account is to have: ${key} does not hold an ARN.` };
  const { cluster, serviceAccount } = subject;
  const drop = as === 'label' ? unlabel(cluster, serviceAccount, key) : annotateStep(subject, key, undefined);
  const steps = [annotateStep(subject, roleArnKey, roleArn), drop];
  const choice = roleArn === value ? {} : { choice: `Whether ${roleArn} is the role: ${key} holds only a name.` };
  return withRestarts(subject, { summary, steps, ...choice });
};
