import {
  type AssociationSubject,
  hasPodIdentityAlone,
  podSubjectIds,
  podsOfServiceAccount,
  wouldBeKnown,
} from '../../facts.ts';
import { type Pod, readFailuresOf, roleNameOf, valueOr } from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  decideBy,
  defineRule,
  type Explained,
  eksGuide,
  type Failure,
  failed,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownFor,
  unknownKindOf,
} from '../prelude.ts';
import { accountOfAssociation, associationEvidence, undescribed } from './support/association-view.ts';

const fail = failures({
  neverUsed: [
    'never used',
    'running pods of service account {serviceAccount} have role {role} by Pod Identity, which was never used',
  ],
});

/** Pods that have a role by Pod Identity and never acted with it (docs/facts.md §H.3). */
export const podIdentityRoleNeverUsed = defineRule({
  id: 'pod-identity-role-never-used',
  kind: 'association',
  impact: 'hygiene',
  severity: 'medium',
  articleStep: 'supported-sdk',
  title: 'Roles that running pods have by Pod Identity are used',
  fault: 'The role of running pods with Pod Identity is never used',
  says: fail.says,
  needs: ['pods', 'roles', 'role-detail'],
  why: 'Pods have the variables of Pod Identity for a day or longer, and IAM never saw the role used: the SDK is older than Pod Identity and goes on to the node, other credentials take precedence, the agent is not reached, or nothing calls AWS.',
  fix: 'Look at the log of the pods, at the SDK’s version and at other credentials. If nothing calls AWS, delete the association and the role.',
  references: [eksGuide('pod-id-minimum-sdk'), 'docs/facts.md §E.1, §H.3'],
  check: (subject, facts) => {
    const { kubernetes } = subject.snapshot;
    const { roleArn } = subject.association;
    if (kubernetes.status === 'unavailable') return notApplicable;
    if (roleArn === undefined) return unknownFor(undescribed(subject));
    const pods = podsOfServiceAccount(
      kubernetes.value,
      subject.association.namespace,
      subject.association.serviceAccount,
    ).filter(pod => pod.phase === 'Running' && hasPodIdentityAlone(pod) && wouldBeKnown(pod.createdAt, facts.now));
    const [gap] = readFailuresOf(kubernetes.value.pods);
    if (pods.length === 0)
      return gap === undefined
        ? notApplicable
        : unknown(unknownKindOf(gap), `some pods (${gap.operation}: ${gap.message})`);
    const role = valueOr(facts.snapshot.roles, []).find(({ arn }) => arn === roleArn);
    const [unlisted] = readFailuresOf(facts.snapshot.roles);
    if (role === undefined)
      return unlisted === undefined
        ? notApplicable
        : unknown(unknownKindOf(unlisted), `role ${roleArn} (${unlisted.operation}: ${unlisted.message})`);
    return decideBy(
      role.detail,
      `when ${roleArn} was last used (iam:GetAccountAuthorizationDetails)`,
      ({ lastUsedAt }) => {
        if (lastUsedAt !== undefined) return pass;
        return wouldBeKnown(role.createdAt, facts.now) ? failed(failureOf(subject, roleArn, pods)) : notApplicable;
      },
    );
  },
});

const failureOf = (subject: AssociationSubject, roleArn: string, pods: readonly Pod[]): Failure =>
  fail
    .neverUsed({ serviceAccount: accountOfAssociation(subject), role: roleNameOf(roleArn) })
    .evidence('last use', 'iam:GetAccountAuthorizationDetails', phrase('none in 400 days'))
    .pieces(associationEvidence(subject, roleArn))
    .changing(
      'running pods',
      `pods of cluster ${subject.cluster.name}`,
      phrase('{count:pod}: {names}', { count: pods.length, names: pods.map(({ name }) => name) }),
    )
    .explains([{ ruleId: 'role-unused', subject: roleArn }])
    .explainedBy(otherCauses(subject, pods))
    .fix(
      'Look at the log of the pods first: explain names the cause of its error. With no error there, look at the SDK’s version, at keys or profiles in the pods, and at whether the application calls AWS at all.',
      'Whether the application needs the role. If it does not, delete the association and the role.',
    );

/** Findings that keep the same pods from the role. */
const otherCauses = ({ id, cluster }: AssociationSubject, pods: readonly Pod[]): readonly Explained[] => [
  { ruleId: 'pod-identity-agent-missing', subject: cluster.arn },
  ...['pod-identity-role-not-trusting', 'pod-identity-pods-without'].map(ruleId => ({ ruleId, subject: id })),
  ...podSubjectIds(cluster.arn, pods).flatMap(subject =>
    ['pod-static-credentials', 'pod-egress-closed'].map(ruleId => ({ ruleId, subject })),
  ),
];
