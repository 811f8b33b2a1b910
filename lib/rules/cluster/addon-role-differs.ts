import type { ClusterSubject } from '../../facts/subjects.ts';
import { setAddonRole } from '../../fixes/eks-steps.ts';
import { annotate } from '../../fixes/kubernetes-steps.ts';
import { roleNameOf } from '../../model/arn.ts';
import type { FixDraft } from '../../model/finding.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { defineRule, failOrPass } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { type ComparedRole, comparedRoles } from './support/compared-roles.ts';

const fail = failures({
  otherRole: [
    'add-on has another role',
    'EKS add-on {addon} has role {role}, but its service account {serviceAccount} is annotated with {annotated}',
  ],
  noAnnotation: [
    'annotation is missing',
    'EKS add-on {addon} has role {role}, but its service account {serviceAccount} has no role annotation',
  ],
});

/** EKS writes the role of an add-on to its service account when the add-on is updated (docs/facts.md §H.1). */
export const addonRoleDiffers = defineRule({
  id: 'addon-role-differs',
  kind: 'cluster',
  group: 'cluster',
  impact: 'hygiene',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'Service accounts of EKS add-ons have the role that EKS knows',
  says: fail.says,
  needs: ['addons', 'service-accounts'],
  docs: {
    why: 'EKS manages the annotation of an add-on with a service account role. The next update of the add-on may set it back to that role, or fails because of the conflict: the role that pods have today is then gone.',
    fix: 'Name the right role with aws eks update-addon, and not with kubectl.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html',
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html',
      'docs/facts.md §H.1',
    ],
  },
  check: subject => {
    const { compared, missing } = comparedRoles(subject.snapshot);
    return failOrPass(
      compared.filter(({ roleArn, annotated }) => roleArn !== annotated).map(one => failureOf(subject, one)),
      missing,
    );
  },
});

const failureOf = (subject: ClusterSubject, one: ComparedRole): Failure => {
  const { addon, account, roleArn, annotated } = one;
  const shared = { addon, role: roleNameOf(roleArn), serviceAccount: `${account.namespace}/${account.name}` };
  return {
    discriminator: addon,
    ...(annotated === undefined
      ? { impact: 'breaks' as const, ...fail.noAnnotation(shared).message }
      : fail.otherRole({ ...shared, annotated: roleNameOf(annotated) || annotated }).message),
    evidence: [
      { what: `role of add-on ${addon}`, got: roleArn, readFrom: 'eks:DescribeAddon' },
      {
        what: `annotation ${roleArnKey}`,
        got: annotated ?? '(none)',
        wanted: roleArn,
        readFrom: `serviceaccounts of cluster ${subject.cluster.name}`,
      },
    ],
    place: { namespace: account.namespace, serviceAccount: account.name, roleArn: annotated ?? roleArn },
    fix: fixOf(subject, one),
  };
};

const fixOf = ({ cluster }: ClusterSubject, { addon, account, roleArn, annotated }: ComparedRole): FixDraft => {
  const annotations = annotated === undefined ? {} : { [roleArnKey]: annotated };
  const annotation = annotate(cluster, { ...account, annotations }, roleArnKey, roleArn);
  if (annotated === undefined)
    return {
      summary: 'Annotate the service account with the role of the add-on, and restart its pods.',
      steps: [annotation],
      choice: 'Whether the add-on is to have this role: else update it without one.',
    };
  return {
    summary: 'Name the role that the service account has in the add-on.',
    steps: [setAddonRole(cluster, addon, roleArn, annotated)],
    choice: 'Which of the two roles is right.',
    alternatives: [
      {
        summary: 'Annotate the service account with the role of the add-on, and restart its pods.',
        steps: [annotation],
      },
    ],
  };
};
