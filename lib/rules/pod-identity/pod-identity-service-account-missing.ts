import { type AssociationSubject, accountMeantBy, noCredentials } from '../../facts.ts';
import { deleteAssociation } from '../../fixes/eks-steps.ts';
import { type KubernetesFacts, readFailuresOf, type ServiceAccount, valueOr } from '../../model.ts';
import { daysBetween, nearest } from '../../text.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  type FailureDraft,
  failed,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownKindOf,
} from '../prelude.ts';
import { accountOfAssociation } from './support/association-view.ts';
import { movedAssociation } from './support/moved-association.ts';

const fail = failures({
  missing: [
    'service account is missing',
    'the Pod Identity association of {serviceAccount} is for a service account that does not exist',
  ],
  nearby: [
    'service account is missing',
    'the Pod Identity association of {serviceAccount} is for a service account that does not exist; there is {candidate}',
  ],
  elsewhere: [
    'is for another account',
    'the Pod Identity association of {serviceAccount} is for a service account that does not exist, and the pods of {candidate} have no role',
  ],
});

/** An association may be made before its service account: one of today is not told (docs/facts.md §H.2). */
export const podIdentityServiceAccountMissing = defineRule({
  id: 'pod-identity-service-account-missing',
  kind: 'association',
  impact: 'hygiene',
  severity: 'low',
  shownAt: 'role-arn-format',
  title: 'The service accounts of Pod Identity associations exist',
  fault: 'The service account of a Pod Identity association does not exist',
  says: fail.says,
  needs: ['service-accounts'],
  why: 'EKS takes any name. A mistyped one gives no pod its role, and whoever may create a service account of that name gets the role that was left over. Info where the namespace does not exist either: templates make associations ahead of the application. Medium where one service account of the same name in another namespace, or of a name like it, has pods without a role: they are those that miss it.',
  fix: 'Delete the association, or make it for the service account that the pods have.',
  references: [eksGuide('pod-id-association'), 'docs/facts.md §H.2'],
  check: (subject, { now }) => {
    const { association, snapshot } = subject;
    if (snapshot.kubernetes.status === 'unavailable') return notApplicable;
    const section = snapshot.kubernetes.value.serviceAccounts;
    const accounts = valueOr(section, []).filter(({ namespace }) => namespace === association.namespace);
    if (accounts.some(({ name }) => name === association.serviceAccount)) return pass;
    const [gap] = readFailuresOf(section);
    if (gap) return unknown(unknownKindOf(gap), `service account ${accountOfAssociation(subject)}`);
    const { createdAt } = association;
    if (createdAt === undefined) return unknown('unread', `when the association ${association.id} was created`);
    return daysBetween(createdAt, now) < 1 ? pass : failed(failureOf(subject, accounts, snapshot.kubernetes.value));
  },
});

const failureOf = (
  subject: AssociationSubject,
  accounts: readonly ServiceAccount[],
  kubernetes: KubernetesFacts,
): Failure => {
  const { cluster, association, snapshot } = subject;
  const serviceAccount = accountOfAssociation(subject);
  const proven = (said: FailureDraft): FailureDraft =>
    said
      .evidence(`association ${association.id}`, 'eks:ListPodIdentityAssociations', serviceAccount)
      .evidence('service account', `serviceaccounts of cluster ${cluster.name}`, '(none)', serviceAccount);
  const meant = accountMeantBy(association, kubernetes, snapshot);
  if (meant !== undefined)
    return proven(fail.elsewhere({ serviceAccount, candidate: `${meant.namespace}/${meant.name}` }))
      .severity('medium')
      .impact('breaks')
      .podError(noCredentials)
      .fix(movedAssociation(cluster, association, meant));
  const candidate = nearest(
    association.serviceAccount,
    accounts.map(({ name }) => name),
  );
  const { namespaces } = kubernetes;
  const isAhead =
    namespaces.status === 'complete' && !namespaces.value.some(({ name }) => name === association.namespace);
  return proven(candidate === undefined ? fail.missing({ serviceAccount }) : fail.nearby({ serviceAccount, candidate }))
    .severity(isAhead ? 'info' : undefined)
    .fix({
      summary: 'Delete the association, or create the service account if it is still to come.',
      steps: [deleteAssociation(cluster, association)],
      choice: 'Whether the service account is still to come: the association is then right.',
    });
};
