import type { AssociationSubject } from '../../facts.ts';
import { type Role, readFailuresOf, roleNameOf, valueOr } from '../../model.ts';
import { refusesTags } from '../access/naming-statements.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  failOrPass,
  failures,
  notApplicable,
  unknownFor,
  unknownKindOf,
} from '../prelude.ts';
import { accountOfAssociation, associationEvidence, undescribed } from './support/association-view.ts';

const fail = failures({
  noTags: [
    'second role refuses tags',
    'role {second} allows role {role} sts:AssumeRole and not sts:TagSession: pods of {serviceAccount} pass their session tags on, and are refused',
  ],
});

/** Session tags of EKS Pod Identity are transitive: whoever assumes another role with the session passes them on (§H.2). */
export const podIdentityChainRefusesTags = defineRule({
  id: 'pod-identity-chain-refuses-tags',
  kind: 'association',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'role-trust-policy',
  title: 'Roles that name a role of Pod Identity take its session tags',
  fault: 'A role refuses the session tags of Pod Identity',
  says: fail.says,
  needs: ['roles'],
  why: 'EKS tags every session of Pod Identity, and the tags go along when the program assumes a second role. The trust policy of that role must then allow sts:TagSession beside sts:AssumeRole; else the call is refused with both permissions in place. Sessions of IRSA have no tags. Told of roles of this account that name the first role by its ARN.',
  fix: 'Allow the first role sts:TagSession too in the trust policy of the second one, or switch the session tags of the association off.',
  references: [eksGuide('pod-id-abac'), 'https://github.com/aws/aws-cdk-cli/pull/762', 'docs/facts.md §H.2'],
  check: (subject, { snapshot }) => {
    const { roleArn, targetRoleArn, sessionTags } = subject.association;
    if (roleArn === undefined) return unknownFor(undescribed(subject));
    if (sessionTags === false) return notApplicable;
    const refusing = valueOr(snapshot.roles, []).filter(
      role => role.arn !== roleArn && role.arn !== targetRoleArn && refusesTags(roleArn, role),
    );
    const [gap] = readFailuresOf(snapshot.roles);
    return failOrPass(
      refusing.map(role => failureOf(subject, roleArn, role)),
      gap && { kind: unknownKindOf(gap), missing: `some roles of the account: ${gap.message}` },
    );
  },
});

const failureOf = (subject: AssociationSubject, roleArn: string, second: Role): Failure =>
  fail
    .noTags({ second: second.name, role: roleNameOf(roleArn), serviceAccount: accountOfAssociation(subject) })
    .discriminator(second.arn)
    .pieces(associationEvidence(subject, roleArn))
    .evidence(`trust policy of ${second.name}`, 'iam:ListRoles', 'sts:AssumeRole', 'sts:AssumeRole, sts:TagSession')
    .podError('is not authorized to perform: sts:TagSession on resource: <second role>')
    .place({ roleArn: second.arn })
    .fix(
      `Allow ${roleNameOf(roleArn)} sts:TagSession in the trust policy of ${second.name}, or switch the session tags of the association off.`,
      'Whether a policy tests the session tags: then they stay on.',
    );
