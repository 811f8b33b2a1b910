import { addonServiceAccounts } from '../../facts/addon-service-accounts.ts';
import type { ClusterSubject } from '../../facts/subjects.ts';
import { setAddonRole } from '../../fixes/eks-steps.ts';
import { annotate } from '../../fixes/kubernetes-steps.ts';
import { roleNameOf } from '../../model/arn.ts';
import { complete, notAskedFor } from '../../model/collected.ts';
import type { FixDraft } from '../../model/finding.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { defineMessages } from '../../text/message.ts';
import { defineRule, type Failure, failOrPass } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { exampleAccountId, someFacts } from '../example-world.ts';
import { type ComparedRole, comparedRoles } from './support/compared-roles.ts';

const message = defineMessages({
  otherRole:
    'EKS add-on {addon} has role {role}, but its service account {serviceAccount} is annotated with {annotated}',
  noAnnotation: 'EKS add-on {addon} has role {role}, but its service account {serviceAccount} has no role annotation',
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
  brief: { otherRole: 'add-on has another role', noAnnotation: 'annotation is missing' },
  messages: message.templates,
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
  examples: {
    pass: {
      title: 'the add-on and its service account have one role',
      facts: () => worldWith(ebsRole),
    },
    fail: {
      title: 'somebody annotated the service account of the EBS driver with another role',
      facts: () => worldWith(`arn:aws:iam::${exampleAccountId}:role/ebs-new`),
    },
    unknown: {
      title: 'add-ons were not asked for',
      facts: () => someFacts({ clusters: complete([aReadCluster({}, { addons: notAskedFor('eks:ListAddons') })]) }),
    },
  },
});

const failureOf = (subject: ClusterSubject, one: ComparedRole): Failure => {
  const { addon, account, roleArn, annotated } = one;
  const shared = { addon, role: roleNameOf(roleArn), serviceAccount: `${account.namespace}/${account.name}` };
  return {
    discriminator: addon,
    ...(annotated === undefined
      ? { impact: 'breaks' as const, ...message('noAnnotation', shared) }
      : message('otherRole', { ...shared, annotated: roleNameOf(annotated) || annotated })),
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

const ebsRole = `arn:aws:iam::${exampleAccountId}:role/ebs`;
const worldWith = (annotated: string) => {
  const account = addonServiceAccounts.get('aws-ebs-csi-driver');
  const detail = { status: 'ACTIVE', roleArn: ebsRole, hasPodIdentity: false, configuresServiceAccount: false };
  const serviceAccount = aServiceAccount({ ...account, annotations: { [roleArnKey]: annotated } });
  const addons = complete([{ name: 'aws-ebs-csi-driver', detail }]);
  return someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete([serviceAccount]) }, { addons })]) });
};
