import {
  type Facts,
  hasOtherCredentials,
  hasPodIdentity,
  hasWebIdentity,
  isRoleKey,
  notAuthorized,
  podsOfServiceAccount,
  type SecondRole,
  type ServiceAccountSubject,
  secondRolesOf,
  secondRolesUnread,
  trustDecision,
} from '../../facts.ts';
import { type Pod, parseArn, roleArnKey, roleNameOf, type Undecided } from '../../model.ts';
import { mayCover, trustPolicyOf } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { type NamedRole, roleByArn } from '../access/role-by-arn.ts';
import { defineRule, type Failure, failOrPass, failures, notApplicable } from '../prelude.ts';
import { firstRoleOf, outcomeFor, type SecondRoleOutcome, unreadBy } from './support/second-role-outcome.ts';
import {
  accountReadFrom,
  audienceOfAccount,
  nameOfAccount,
  tokenIssuerOf,
  tokenSubject,
} from './support/service-account-view.ts';

const fail = failures({
  own: [
    'assumes its own role',
    '{namedBy} tells service account {serviceAccount} to assume role {role}, which it has already: the role does not trust itself',
  ],
  absent: [
    'second role does not exist',
    '{namedBy} tells service account {serviceAccount} to assume role {second}, which does not exist',
  ],
  silent: [
    'second role refuses',
    'role {second}, which {namedBy} names, does not trust role {role} of service account {serviceAccount}',
  ],
  chain: [
    'second role refuses',
    'role {second}, which {namedBy} names, does not trust role {role}, which comes before it there',
  ],
  token: [
    'second role refuses',
    'role {second}, which {namedBy} names, does not trust tokens of service account {serviceAccount}',
  ],
  noFirst: [
    'no role to assume it with',
    'service account {serviceAccount} has no role, and {namedBy} tells it to assume role {second}, which no role may assume',
  ],
  noTags: [
    'second role refuses tags',
    'role {second}, which {namedBy} names, allows role {role} sts:AssumeRole and not sts:TagSession, which the tags of its sessions need',
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
  why: 'external-dns (--aws-assume-role), cert-manager (route53.role of an Issuer), External Secrets (role of a SecretStore), Crossplane (assumeRoleChain of a ProviderConfig) and KEDA (roleArn of a TriggerAuthentication) assume a second role with the role of their service account. Its trust policy must name that role with sts:AssumeRole, and with sts:TagSession where the first role comes from EKS Pod Identity, or the object adds session tags. An Issuer that names a service account, WebIdentity of Crossplane and KEDA ask by web identity: then the role must trust the service account and the audience of its token. Of several service accounts of one controller it is enough that one may assume the role. Naming the own role there is a common mistake: a role does not trust itself. Only what is certain is told: conditions of a statement that names the role are taken to hold, sts:ExternalId among them. A role of an account that is not audited is unknown. Pods without a role of their own reach no second role that no role may assume; one that trusts some role may be meant for their node.',
  fix: 'Allow the first role in the trust policy of the second one, or remove the setting where it names the role that the pods have already.',
  references: [
    'https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/',
    'https://cert-manager.io/docs/configuration/acme/dns01/route53/',
    'https://github.com/cert-manager/cert-manager/issues/4053',
    'https://external-secrets.io/latest/provider/aws-access/',
    'https://keda.sh/docs/latest/authentication-providers/aws/',
    'https://docs.upbound.io/providers/provider-aws/authentication/',
    'docs/facts.md §H.2, §H.4',
  ],
  check: (subject, facts) => {
    const { serviceAccount, kubernetes } = subject;
    const { namespace, name } = serviceAccount;
    const seconds = secondRolesOf(kubernetes, namespace, name);
    const unread = secondRolesUnread(kubernetes, podsOfServiceAccount(kubernetes, namespace, name));
    const [others] = unread.map(unreadBy('some second roles'));
    const judged = seconds.map(second => judge(subject, second, facts));
    const failed = judged.flatMap(one => (typeof one === 'object' && !('missing' in one) ? [one] : []));
    const open = judged.flatMap(one => (typeof one === 'object' && 'missing' in one ? [one] : []))[0] ?? others;
    const isJudged = failed.length > 0 || open !== undefined || judged.includes('allows');
    return isJudged ? failOrPass(failed, open) : notApplicable;
  },
});

/** The failure of one second role, the reason why it cannot be told, or `allows`; undefined where another rule, or another service
 *  account of the controller, tells it, or nothing is certain. */
const judge = (
  subject: ServiceAccountSubject,
  second: SecondRole,
  facts: Facts,
): Failure | Undecided | 'allows' | undefined => {
  const { namespace, name } = subject.serviceAccount;
  const target = roleByArn(second.roleArn, facts);
  if (target !== 'absent' && 'missing' in target) return target;
  const outcomes = second.accounts.map(account =>
    target === 'absent' ? 'refuses' : outcomeFor(account, second, target, subject, facts),
  );
  if (outcomes.includes('allows')) return 'allows';
  const open = outcomes.find(outcome => typeof outcome === 'object');
  if (open !== undefined) return open;
  const at = second.accounts.findIndex(one => one.namespace === namespace && one.name === name);
  if (at !== tellerOf(second, subject)) return undefined;
  const first = firstRoleOf({ namespace, name }, second, subject);
  const outcome = outcomes[at];
  if ('missing' in first) return target === 'absent' ? first : undefined;
  if (second.by !== 'token' && first.roleArn === undefined) return withoutFirst(subject, second, target, facts);
  if (outcome === 'no-arn' || (first.roleArn !== undefined && parseArn(first.roleArn) === undefined)) return undefined;
  return failureOf(subject, first.roleArn ?? '', second, idOf(second, first.roleArn, target, outcome));
};

/** The service account that tells a refusal for all: the first with a role that may be refused, else the first. */
const tellerOf = (second: SecondRole, subject: ServiceAccountSubject): number => {
  if (second.by === 'token') return 0;
  const found = second.accounts.findIndex(account => {
    const first = firstRoleOf(account, second, subject);
    return 'isTagged' in first && first.roleArn !== undefined;
  });
  return Math.max(found, 0);
};

const idOf = (
  { by, after, roleArn }: SecondRole,
  first: string | undefined,
  target: NamedRole | 'absent',
  outcome: SecondRoleOutcome | undefined,
): Exclude<keyof typeof fail.says, 'noFirst'> => {
  if (target === 'absent') return 'absent';
  if (outcome === 'noTags') return 'noTags';
  if (by === 'token') return 'token';
  if (after !== undefined) return 'chain';
  return first === roleArn ? 'own' : 'silent';
};

/** Pods without a role act as their node, or not at all: a second role that no role may assume is out of reach for both. One
 *  that some role may assume may be meant for the role of the node. */
const withoutFirst = (
  subject: ServiceAccountSubject,
  second: SecondRole,
  target: NamedRole | 'absent',
  facts: Facts,
): Failure | undefined => {
  const { kubernetes, serviceAccount } = subject;
  const pods = podsOfServiceAccount(kubernetes, serviceAccount.namespace, serviceAccount.name);
  if (!pods.every(pod => hasNoCredentials(pod, subject))) return undefined;
  if (target === 'absent') return noFirstFailure(subject, second, 'absent', facts);
  return isForNoRole(target) ? noFirstFailure(subject, second, 'noFirst', facts) : undefined;
};

const hasNoCredentials = (pod: Pod, subject: ServiceAccountSubject): boolean =>
  !hasWebIdentity(pod, audienceOfAccount(subject)) &&
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
  const [serviceAccount, second] = [nameOfAccount(subject), roleNameOf(roleArn)];
  const issuer = tokenIssuerOf(subject);
  const asking = { subject: tokenSubject(subject), audience: audienceOfAccount(subject), issuer: issuer ?? '' };
  const isForPods = issuer !== undefined && trustDecision(roleArn, asking, facts) === 'allow';
  return fail[id]({ serviceAccount, namedBy, second })
    .discriminator(roleArn)
    .evidence(namedBy, `pods and resources of cluster ${subject.cluster.name}`, roleArn)
    .evidence(`annotation ${roleArnKey}`, accountReadFrom(subject), phrase('not found'), phrase('the ARN of a role'))
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

const failureOf = (
  subject: ServiceAccountSubject,
  first: string,
  { roleArn, namedBy, after, audiences }: SecondRole,
  id: Exclude<keyof typeof fail.says, 'noFirst'>,
): Failure => {
  const [serviceAccount, role, second] = [nameOfAccount(subject), roleNameOf(first), roleNameOf(roleArn)];
  const action = { token: 'AssumeRoleWithWebIdentity', noTags: 'TagSession' }[id as string] ?? 'AssumeRole';
  const draft = {
    own: () => fail.own({ namedBy, serviceAccount, role }),
    absent: () => fail.absent({ namedBy, serviceAccount, second }),
    silent: () => fail.silent({ second, namedBy, role, serviceAccount }),
    chain: () => fail.chain({ second, namedBy, role }),
    token: () => fail.token({ second, namedBy, serviceAccount }),
    noTags: () => fail.noTags({ second, namedBy, role }),
  }[id]();
  const wanted = {
    token: () =>
      phrase('a statement for {subject} and audience {audiences}', {
        subject: tokenSubject(subject),
        audiences: [...(audiences ?? [audienceOfAccount(subject)])],
      }),
    noTags: () => phrase('sts:AssumeRole, sts:TagSession'),
  }[id as string];
  return draft
    .discriminator(after === undefined ? roleArn : `${after} ${roleArn}`)
    .evidence(
      namedBy,
      `pods and resources of cluster ${subject.cluster.name}`,
      roleArn,
      wanted?.() ?? phrase('a statement for {first}', { first }),
    )
    .podError(id === 'token' ? notAuthorized : `is not authorized to perform: sts:${action} on resource: ${roleArn}`)
    .place({ roleArn })
    .fix(
      id === 'own'
        ? `Remove the role from ${namedBy}: ${serviceAccount} has it already.`
        : `Let ${second} trust ${id === 'token' ? tokenSubject(subject) : role}, or correct the ARN that ${namedBy} names.`,
      'Whether the pods are to have the second role: no command is given, since it gives access.',
    );
};
