import { associationOf, associationsUnread } from '../../facts/dormant-annotation.ts';
import type { Facts } from '../../facts/facts.ts';
import { hasOtherCredentials, hasPodIdentity, hasWebIdentity, isRoleKey } from '../../facts/pod-injection.ts';
import { podsOfServiceAccount } from '../../facts/pods-of-service-account.ts';
import { trustDecision } from '../../facts/roles-made-for.ts';
import { type SecondRole, secondRolesOf, secondRolesUnread } from '../../facts/second-roles.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { parseArn, roleNameOf } from '../../model/arn.ts';
import type { ReadFailure } from '../../model/collected.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { mayCover } from '../../policy/decide/action.ts';
import { trustPolicyOf } from '../../policy/parse/trust-policy-of.ts';
import { phrase } from '../../text/message.ts';
import { statementsNaming } from '../access/naming-statements.ts';
import { type NamedRole, roleByArn } from '../access/role-by-arn.ts';
import {
  defineRule,
  failOrPass,
  notApplicable,
  type UnknownReason,
  unknownFor,
  unknownKindOf,
  type Verdict,
} from '../define-rule.ts';
import { type Failure, failures } from '../failure.ts';
import { audienceOf, issuerOf, nameOf, readFrom, tokenSubject } from './support/service-account-view.ts';

const fail = failures({
  own: [
    'assumes its own role',
    'pods of {serviceAccount} have role {role} and are told to assume it again by {namedBy}: the role does not trust itself',
  ],
  absent: [
    'second role does not exist',
    'pods of {serviceAccount} are told to assume role {second} by {namedBy}, which does not exist',
  ],
  silent: [
    'second role refuses',
    'role {second}, which {namedBy} names, does not trust role {role} of service account {serviceAccount}',
  ],
  noFirst: [
    'no role to assume it with',
    'pods of {serviceAccount} have no role, and are told by {namedBy} to assume role {second}, which no role may assume',
  ],
  noTags: [
    'second role refuses tags',
    'role {second}, which {namedBy} names, allows role {role} sts:AssumeRole and not sts:TagSession, with which pods of {serviceAccount} pass their session tags on',
  ],
});

/** A program that assumes a second role gets there only if that role trusts the first one (docs/facts.md §H.2). */
export const serviceAccountSecondRole = defineRule({
  id: 'service-account-second-role',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'role-trust-policy',
  title: 'Second roles of pods trust the role of their service account',
  fault: 'A second role of pods is missing or does not trust their role',
  says: fail.says,
  needs: ['service-accounts', 'pods', 'roles'],
  why: 'external-dns (--aws-assume-role) and cert-manager (route53.role of a ClusterIssuer) assume a second role with the role of their service account. Its trust policy must name that role with sts:AssumeRole, and with sts:TagSession where the first role comes from EKS Pod Identity. Naming the own role there is a common mistake: a role does not trust itself. Only what is certain is told: conditions of a statement that names the role are taken to hold, sts:ExternalId among them. A role of an account that is not audited is unknown. Pods without a role of their own reach no second role that no role may assume; one that trusts some role may be meant for their node.',
  fix: 'Allow the first role in the trust policy of the second one, or remove the setting where it names the role that the pods have already.',
  references: [
    'https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/',
    'https://cert-manager.io/docs/configuration/acme/dns01/route53/',
    'https://github.com/cert-manager/cert-manager/issues/4053',
    'docs/facts.md §H.2',
  ],
  check: (subject, facts) => {
    const { serviceAccount, snapshot, kubernetes } = subject;
    const { namespace, name } = serviceAccount;
    const association = associationOf(snapshot, namespace, name);
    const seconds = secondRolesOf(kubernetes, namespace, name);
    const [others] = secondRolesUnread(kubernetes, namespace, name).map(unreadBy('some second roles'));
    if (seconds.length === 0) return others === undefined ? notApplicable : unknownFor(others);
    const [open] = association
      ? []
      : associationsUnread(snapshot.podIdentity).map(unreadBy('whether it has Pod Identity'));
    if (open !== undefined) return unknownFor(open);
    const first = association === undefined ? subject.roleArn : (association.targetRoleArn ?? association.roleArn);
    if (association !== undefined && first === undefined)
      return unknownFor({ kind: 'unread', missing: `the role of the Pod Identity association ${association.id}` });
    if (first === undefined) return withoutFirst(subject, seconds, facts);
    if (parseArn(first) === undefined) return notApplicable;
    const isTagged = association !== undefined && association.sessionTags !== false;
    const judged = seconds.map(second => judge(subject, { first, second, isTagged }, facts));
    return failOrPass(
      judged.flatMap(one => (one === undefined || 'missing' in one ? [] : [one])),
      judged.flatMap(one => (one !== undefined && 'missing' in one ? [one] : []))[0] ?? others,
    );
  },
});

/** Pods without a role act as their node, or not at all: a second role that no role may assume is out of reach for both. One
 *  that some role may assume may be meant for the role of the node. */
const withoutFirst = (subject: ServiceAccountSubject, seconds: readonly SecondRole[], facts: Facts): Verdict => {
  const { kubernetes, serviceAccount } = subject;
  const pods = podsOfServiceAccount(kubernetes, serviceAccount.namespace, serviceAccount.name);
  if (!pods.every(pod => hasNoCredentials(pod, subject))) return notApplicable;
  const judged = seconds.map(second => {
    const target = roleByArn(second.roleArn, facts);
    if (target === 'absent') return noFirstFailure(subject, second, 'absent', facts);
    if ('missing' in target) return target;
    return isForNoRole(target) ? noFirstFailure(subject, second, 'noFirst', facts) : undefined;
  });
  const failed = judged.flatMap(one => (one === undefined || 'missing' in one ? [] : [one]));
  const [open] = judged.flatMap(one => (one !== undefined && 'missing' in one ? [one] : []));
  return failed.length === 0 && open === undefined ? notApplicable : failOrPass(failed, open);
};

const hasNoCredentials = (pod: Pod, subject: ServiceAccountSubject): boolean =>
  !hasWebIdentity(pod, audienceOf(subject)) &&
  !hasPodIdentity(pod) &&
  !hasOtherCredentials(pod) &&
  !Object.keys(pod.annotations).some(isRoleKey) &&
  !pod.containers.some(({ hasEnvFrom }) => hasEnvFrom);

/** True where a policy was read and no statement may allow sts:AssumeRole to a principal of AWS. */
const isForNoRole = (target: NamedRole): boolean => {
  const parsed = trustPolicyOf(target);
  if (!parsed.ok) return false;
  return !parsed.policy.statements.some(
    statement =>
      statement.effect === 'Allow' &&
      mayCover(statement, 'sts:AssumeRole') &&
      (statement.principal?.kind !== 'typed' || statement.principal.entries.some(({ type }) => type === 'AWS')),
  );
};

const noFirstFailure = (
  subject: ServiceAccountSubject,
  { roleArn, namedBy }: SecondRole,
  id: 'absent' | 'noFirst',
  facts: Facts,
): Failure => {
  const [serviceAccount, second] = [nameOf(subject), roleNameOf(roleArn)];
  const issuer = issuerOf(subject);
  const asking = { subject: tokenSubject(subject), audience: audienceOf(subject), issuer: issuer ?? '' };
  const isForPods = issuer !== undefined && trustDecision(roleArn, asking, facts) === 'allow';
  return fail[id]({ serviceAccount, namedBy, second })
    .discriminator(roleArn)
    .evidence(namedBy, `pods and resources of cluster ${subject.cluster.name}`, roleArn)
    .evidence(`annotation ${roleArnKey}`, readFrom(subject), phrase('not found'), phrase('the ARN of a role'))
    .podError(`is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`)
    .place({ roleArn })
    .explains([{ ruleId: 'service-account-role-unannotated', subject: subject.id }])
    .fix(
      isForPods
        ? `Name ${second} in the annotation of service account ${serviceAccount}, and remove it from ${namedBy}: its trust policy is for the pods themselves.`
        : `Give service account ${serviceAccount} a role of its own, and let ${second} trust that role.`,
      isForPods
        ? 'Whether the pods are to have this role alone.'
        : `Which role the service account is to have; or whether ${second} is to be its own role: then by web identity, and no longer in ${namedBy}.`,
    );
};

const unreadBy =
  (missing: string) =>
  (gap: ReadFailure): UnknownReason => ({ kind: unknownKindOf(gap), missing: `${missing}: ${gap.message}` });

interface Pair {
  readonly first: string;
  readonly second: SecondRole;
  /** The sessions of the first role have tags, which go along. */
  readonly isTagged: boolean;
}

/** The failure of one second role, the reason why it cannot be told, or undefined where it trusts the first. */
const judge = (
  subject: ServiceAccountSubject,
  { first, second, isTagged }: Pair,
  facts: Facts,
): Failure | UnknownReason | undefined => {
  const target = roleByArn(second.roleArn, facts);
  if (target === 'absent') return failureOf(subject, first, second, 'absent');
  if ('missing' in target) return target;
  const naming = statementsNaming(first, target);
  if (naming === undefined)
    return { kind: 'ambiguous', missing: `which principals the trust policy of role ${target.name} has` };
  const allows = (action: string): boolean => naming.some(statement => mayCover(statement, action));
  if (!allows('sts:AssumeRole')) return failureOf(subject, first, second, first === second.roleArn ? 'own' : 'silent');
  return isTagged && !allows('sts:TagSession') ? failureOf(subject, first, second, 'noTags') : undefined;
};

const failureOf = (
  { serviceAccount, cluster }: ServiceAccountSubject,
  first: string,
  { roleArn, namedBy }: SecondRole,
  id: 'own' | 'absent' | 'silent' | 'noTags',
): Failure => {
  const account = `${serviceAccount.namespace}/${serviceAccount.name}`;
  const [role, second] = [roleNameOf(first), roleNameOf(roleArn)];
  const draft = {
    own: () => fail.own({ serviceAccount: account, role, namedBy }),
    absent: () => fail.absent({ serviceAccount: account, second, namedBy }),
    silent: () => fail.silent({ serviceAccount: account, role, second, namedBy }),
    noTags: () => fail.noTags({ serviceAccount: account, role, second, namedBy }),
  }[id]();
  const wanted =
    id === 'noTags' ? phrase('sts:AssumeRole, sts:TagSession') : phrase('a statement for {first}', { first });
  return draft
    .discriminator(roleArn)
    .evidence(namedBy, `pods and resources of cluster ${cluster.name}`, roleArn, wanted)
    .podError(
      `is not authorized to perform: sts:${id === 'noTags' ? 'TagSession' : 'AssumeRole'} on resource: ${roleArn}`,
    )
    .place({ roleArn })
    .fix(
      id === 'own'
        ? `Remove the role from ${namedBy}: the pods of ${account} have it already.`
        : `Let ${second} trust ${role}, or correct the ARN that ${namedBy} names.`,
      'Whether the pods are to have the second role: no command is given, since it gives access.',
    );
};
