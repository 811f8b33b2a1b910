import {
  addonOfAccount,
  associationOf,
  associationsUnread,
  type Facts,
  getsRoleByToken,
  hasPodIdentity,
  hasWebIdentity,
  isEksCluster,
  isRoleKey,
  noCredentials,
  objectsUnread,
  optsOut,
  podsOfServiceAccount,
  type ServiceAccountSubject,
  serviceAccountSubjectId,
  waitsForSecrets,
} from '../../facts.ts';
import { type FixDraft, type Pod, readFailuresOf, roleArnKey, roleNameOf } from '../../model.ts';
import { subjectOf } from '../../policy.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  type EvidenceDraft,
  type Explained,
  eksGuide,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownKindOf,
} from '../prelude.ts';
import { accountsNaming, isNamedInVain } from './support/accounts-meant.ts';
import { giveRole } from './support/give-role.ts';
import { rolesOfAccount } from './support/name-role.ts';
import {
  accountReadFrom,
  audienceOfAccount,
  explainsPodsOfAccount,
  nameOfAccount,
  tokenIssuerOf,
} from './support/service-account-view.ts';
import { withRestarts } from './support/with-restarts.ts';

const fail = failures({
  unannotated: [
    'names no role',
    'service account {serviceAccount} names no role: its pods run without one, and role {roles} was made for it',
  ],
  severalMade: [
    'names no role',
    'service account {serviceAccount} names no role: its pods run without one, and roles {roles} were made for it',
  ],
  secretsStore: [
    'no role for its secrets',
    'service account {serviceAccount} names no role, and its pods wait for secrets of AWS: the CSI driver reads them with the role of the pod’s service account',
  ],
});

/** A role that trusts one service account in full, which was never annotated or lost its annotation (eksctl#5368,
 *  aws-controllers-k8s/community#2567). Most service accounts need no role: only the trust policy says that this one does. */
export const serviceAccountRoleUnannotated = defineRule({
  id: 'service-account-role-unannotated',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'webhook-injection',
  title: 'Service accounts that a role was made for name it',
  fault: 'The service account does not name the role made for it',
  says: fail.says,
  needs: ['service-accounts', 'pods', 'roles'],
  listedBy: ['roles', 'pods'],
  why: 'A role trusts exactly this service account, which has neither the annotation nor a Pod Identity association: its pods call AWS as their node, or find no credentials. Tools that own a service account take a hand-made annotation away at their next update. Left out: pods with keys or a role of their own, pods that opt out of the webhook, and helpers beside an annotated service account of the same role. Told too where a pod waits for a volume of secrets-store.csi.k8s.io in a cluster whose only provider is that of AWS.',
  fix: 'Write the annotation by the tool that owns the service account: the chart, eksctl, or aws eks update-addon for an EKS add-on. Then restart the pods.',
  references: [eksGuide('associate-service-account-role'), eksGuide('managing-add-ons'), 'docs/facts.md §D.3, §H.1'],
  check: (subject, facts) => {
    const roles = unnamedRoles(subject, facts);
    if (roles === undefined) return notApplicable;
    const { kubernetes, snapshot, serviceAccount } = subject;
    const { namespace, name } = serviceAccount;
    if (associationOf(snapshot, namespace, name)) return pass;
    const waiting = waitsForSecrets(kubernetes, serviceAccount);
    if (roles.length === 0 && waiting.length === 0) {
      const [unread] = readFailuresOf(facts.snapshot.roles);
      return unread === undefined
        ? notApplicable
        : unknown(unknownKindOf(unread), `whether a role was made for ${nameOfAccount(subject)}: ${unread.message}`);
    }
    const pods = podsWithoutRole(subject);
    const [gap] = pods.length > 0 ? [] : readFailuresOf(kubernetes.pods);
    if (gap)
      return unknown(
        unknownKindOf(gap),
        `whether a pod runs as ${nameOfAccount(subject)}: ${gap.operation}: ${gap.message}`,
      );
    if (pods.length === 0) return pass;
    if (kubernetes.configuredRoles?.status === 'unavailable')
      return unknown(
        unknownKindOf(kubernetes.configuredRoles.reason),
        'the ConfigMap of the webhook, which may give the role',
      );
    const [unlisted] = objectsUnread(kubernetes.controllerRoles, pods);
    if (unlisted)
      return unknown(
        unknownKindOf(unlisted),
        `whether a controller asks for the role with a token of ${nameOfAccount(subject)}: ${unlisted.message}`,
      );
    const [unread] = associationsUnread(snapshot.podIdentity);
    if (unread)
      return unknown(unknownKindOf(unread), `whether ${nameOfAccount(subject)} has Pod Identity: ${unread.message}`);
    const misplaced = misplacedOn(subject, roles);
    const said =
      roles.length > 0
        ? (roles.length === 1 ? fail.unannotated : fail.severalMade)({
            serviceAccount: nameOfAccount(subject),
            roles: roles.map(roleNameOf),
          })
        : fail.secretsStore({ serviceAccount: nameOfAccount(subject) });
    return said
      .severity(misplaced.length > 0 ? 'high' : undefined)
      .evidence(
        `annotation ${roleArnKey}`,
        accountReadFrom(subject),
        phrase('not found'),
        roles.length > 0 ? phrase('{roles}', { roles }) : phrase('the ARN of a role'),
      )
      .pieces(...misplacedEvidence(subject, misplaced))
      .changing(
        'pods without a role',
        `pods of cluster ${subject.cluster.name}`,
        phrase('{count:pod}: {names}', { count: pods.length, names: pods.map(pod => pod.name) }),
      )
      .podError(waiting.length > 0 ? 'An IAM role must be associated with service account' : noCredentials)
      .place(roles.length === 1 ? { roleArn: roles[0] ?? '' } : undefined)
      .explains([
        ...explainsPodsOfAccount(subject, ['pod-role-unannotated']),
        ...roles.map(unusedRole),
        ...misplaced.map(refusedAccount(subject)),
      ])
      .explainedBy(byAddon(subject))
      .fix(fixOf(subject, roles));
  },
});

const misplacedEvidence = (subject: ServiceAccountSubject, misplaced: readonly string[]): readonly EvidenceDraft[] =>
  misplaced.length === 0
    ? []
    : [
        {
          what: 'service accounts that name the role, which does not trust them',
          got: phrase('{misplaced}', { misplaced }),
          readFrom: accountReadFrom(subject),
        },
      ];

const refusedAccount =
  ({ cluster, serviceAccount: { namespace } }: ServiceAccountSubject) =>
  (name: string): Explained => ({
    ruleId: 'service-account-role-not-trusting',
    subject: serviceAccountSubjectId(cluster.arn, namespace, name),
  });

const unusedRole = (roleArn: string): Explained => ({ ruleId: 'role-unused', subject: roleArn });

/** ARNs of the roles that were made for a service account of EKS without any annotation that looks like a role, and that no
 *  other one of its namespace gets by its annotation: a role may serve a controller, and name its helpers beside it. Undefined where none is
 *  looked for. */
const unnamedRoles = (subject: ServiceAccountSubject, facts: Facts): readonly string[] | undefined => {
  const { serviceAccount, cluster } = subject;
  const keys = [serviceAccount.annotations, serviceAccount.labels].flatMap(Object.keys);
  if (keys.some(isRoleKey) || tokenIssuerOf(subject) === undefined || !isEksCluster(cluster)) return undefined;
  return rolesOfAccount(subject, facts).filter(
    arn => isNamedInVain(subject, arn, facts) && !getsRoleByToken(subject.kubernetes, serviceAccount, arn),
  );
};

/** Two others of its namespace that name the role in vain: the annotation went to the wrong service accounts. One alone may be
 *  the one that is meant, and the trust policy wrong. */
const misplacedOn = (subject: ServiceAccountSubject, roles: readonly string[]): readonly string[] => {
  const names = roles.flatMap(arn => accountsNaming(subject, arn).map(({ name }) => name));
  return names.length > 1 ? names : [];
};

/** Pods of a service account that get a role as soon as it is named, and have no other credentials that their specification
 *  shows. */
const podsWithoutRole = (subject: ServiceAccountSubject): readonly Pod[] => {
  const { kubernetes, serviceAccount } = subject;
  return podsOfServiceAccount(kubernetes, serviceAccount.namespace, serviceAccount.name).filter(
    pod =>
      !pod.isMirror &&
      !hasWebIdentity(pod, audienceOfAccount(subject)) &&
      !hasPodIdentity(pod) &&
      !optsOut(pod, kubernetes) &&
      !Object.keys(pod.annotations).some(isRoleKey) &&
      !pod.containers.some(({ awsVariables }) => awsVariables.includes('AWS_ACCESS_KEY_ID')),
  );
};

/** EKS knows the role, and the annotation is missing: `addon-role-differs` tells that. */
const byAddon = ({ snapshot, cluster, serviceAccount }: ServiceAccountSubject): readonly Explained[] => {
  const addon = addonOfAccount(snapshot, serviceAccount);
  return addon === undefined ? [] : [{ ruleId: 'addon-role-differs', subject: cluster.arn, discriminator: addon.name }];
};

/** A role on `default` would be a role for whatever is started in the namespace. */
const fixOf = (subject: ServiceAccountSubject, roles: readonly string[]): FixDraft => {
  const { snapshot, serviceAccount } = subject;
  const { namespace, name } = serviceAccount;
  if (name === 'default')
    return {
      summary: `Give the workload a service account of its own with the role, and let the role trust that in place of ${subjectOf(namespace, name)}.`,
      choice:
        'Which workload is to have the role: every pod of the namespace that names no service account runs as default.',
    };
  return withRestarts(subject, giveRole({ snapshot, namespace, name }, roles));
};
