import { isClusterIssuer } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { doubtOf, providerAudiences, type Question } from '../../facts/trust-question.ts';
import { minimalGrant } from '../../fixes/minimal-grant.ts';
import { parseArn, providerArnBeside, providerHostPath, roleNameOf, stripScheme } from '../../model/arn.ts';
import type { FixDraft } from '../../model/finding.ts';
import { timeOf } from '../../policy/decide/compare-value.ts';
import { decide } from '../../policy/decide/decide.ts';
import type { Decision, StatementResult } from '../../policy/decide/decision.ts';
import { statementLabel } from '../../policy/decide/decision-reasons.ts';
import { nearestFirst } from '../../policy/decide/nearest-statement.ts';
import { isClockKey } from '../../policy/who/clock.ts';
import { listed, phrase } from '../../text/message.ts';
import { defineRule, failed, notApplicable, pass, unknown, unknownFor } from '../define-rule.ts';
import { type EvidenceDraft, type Failure, failures } from '../failure.ts';
import { eksGuide } from '../references.ts';
import { orMoved } from './support/accounts-meant.ts';
import { byPodIdentity, podIdentityService } from './support/by-pod-identity.ts';
import { causesOfDenial, causesOnRole, refusedOf } from './support/causes-on-role.ts';
import {
  annotationEvidence,
  audienceOf,
  explainsRuntime,
  nameOf,
  unlessDormant,
} from './support/service-account-view.ts';
import { audienceAloneRefused, mayBeAudienceAlone, questionOf } from './support/trust-decision.ts';

const fail = failures({
  missingOrNoOidc: [
    'missing, or not for OIDC',
    'role {role} of account {account}, named by service account {serviceAccount}, is missing or trusts no OIDC provider',
  ],
  elsewhere: ['not trusted', 'role {role} of account {account} does not trust service account {serviceAccount}'],
  denied: [
    'denied by a statement',
    'role {role} does not trust service account {serviceAccount}: {statement} denies it',
  ],
  noStatement: [
    'nothing is allowed',
    'role {role} does not trust service account {serviceAccount}: its policy allows nothing',
  ],
  otherPrincipal: [
    'trusts another principal',
    'role {role} does not trust service account {serviceAccount}: {statement} trusts {principal}, and not the provider of cluster {cluster}',
  ],
  otherCluster: [
    'trusts another cluster',
    'role {role} does not trust service account {serviceAccount} of cluster {cluster}: {statement} is for cluster {other}',
  ],
  otherAction: [
    'web identity not allowed',
    'role {role} does not trust service account {serviceAccount}: {statement} does not allow sts:AssumeRoleWithWebIdentity',
  ],
  keyAbsent: [
    'condition key in no token',
    'role {role} does not trust service account {serviceAccount}: tokens lack the key of {condition} in {statement}',
  ],
  conditionFails: [
    'condition mismatch',
    'role {role} does not trust service account {serviceAccount}: {condition} in {statement} does not match',
  ],
});

/** The same decision as `can-assume`, asked for every annotated service account: annotated, but not trusted. */
export const serviceAccountRoleNotTrusting = defineRule({
  id: 'service-account-role-not-trusting',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Annotated roles trust their service account',
  fault: 'The annotated role does not trust the service account',
  says: fail.says,
  needs: ['service-accounts', 'roles'],
  why: 'The annotation only asks for the role: its trust policy decides. With another namespace, another name or another cluster’s issuer in one condition, every call for credentials is refused.',
  fix: 'Let the role trust exactly this service account, or name the role that already does.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §A.1–A.10'],
  check: (subject, facts) => {
    const question = questionOf(subject, facts);
    if (question.status === 'n/a') return notApplicable;
    if (question.status === 'unknown') return unknownFor(question.missing);
    if (question.status === 'no-oidc-trust')
      return unlessDormant(subject, failed(noOidcTrust(subject, question.roleArn)));
    const audience = audienceOf(subject);
    if (audience === '') return notApplicable;
    const decision = question.ask(audience);
    if (decision.decision === 'allow') return pass;
    if (decision.decision === 'unknown') return unknownFor(doubtOf(decision));
    const known = providerAudiences(question.roleArn, question.issuer, facts) ?? [];
    if (audienceAloneRefused(question, audience, known)) return notApplicable;
    if (mayBeAudienceAlone(question, audience, facts))
      return unknown('unread', `the audiences of the provider for ${question.issuer}`);
    return unlessDormant(subject, failed(notTrusting(subject, question, facts)));
  },
});

type Ready = Extract<Question, { status: 'ready' }>;

const podError = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

/** A role that was read and refuses its service account. */
const notTrusting = (subject: ServiceAccountSubject, question: Ready, facts: Facts): Failure => {
  const { accountId } = facts.snapshot;
  const audience = audienceOf(subject);
  const { roleArn } = question;
  const decision = question.ask(audience);
  const { said, evidence, denied, deniedByClock, nearest } = refusalOf(decision, `trust policy of ${roleArn}`);
  const [role, serviceAccount, owner = ''] = [roleNameOf(roleArn), nameOf(subject), parseArn(roleArn)?.accountId];
  const isOwn = owner === accountId;
  const { id, ...data } = said;
  const cluster = subject.cluster.name;
  const other = id === 'otherPrincipal' && isOwn ? otherClusterOf(said.principal, facts) : undefined;
  const grant = grantFix(question, { audience, denied, accountId });
  const message =
    id === 'otherPrincipal'
      ? other === undefined
        ? fail.otherPrincipal({ role, serviceAccount, cluster, ...said }).message
        : fail.otherCluster({ role, serviceAccount, cluster, other, statement: said.statement }).message
      : { messageId: id, data: { role, serviceAccount, ...data } };
  return {
    ...(isOwn ? message : fail.elsewhere({ role, serviceAccount, account: owner }).message),
    ...(startsLater(question, audience, facts.now) ? { severity: 'medium' } : {}),
    // The policy of another account's role is that account's to show.
    evidence: [
      annotationEvidence(subject, roleArn),
      ...(isOwn ? evidence.map(one => withProvider(one, id, question)) : []),
    ],
    podError,
    fix:
      isOwn && !denied
        ? orMoved(subject, roleArn, annotationFirst(subject, question, { grant, other, nearest, facts }), facts)
        : grant,
    explains: [explainsRuntime(subject, roleArn)],
    explainedBy: denied
      ? deniedByClock
        ? [{ ruleId: 'trust-condition-expired', subject: roleArn }]
        : causesOfDenial(roleArn, decision)
      : causesOnRole(roleArn, nearest, refusedOf(subject, question, facts)),
  };
};

/** The provider that the statement had to name. */
const withProvider = (evidence: EvidenceDraft, id: RefusalMessage['id'], { roleArn, issuer }: Ready): EvidenceDraft =>
  id === 'otherPrincipal' ? { ...evidence, wanted: providerArnBeside(roleArn, issuer) } : evidence;

/** The cluster of the fleet whose provider a statement names; undefined where it names none. */
const otherClusterOf = (principals: readonly string[], { fleet }: Facts): string | undefined => {
  const issuers = new Set(principals.flatMap(arn => providerHostPath(arn) ?? []));
  return fleet.clusters.find(({ issuer }) => issuer !== undefined && issuers.has(stripScheme(issuer)))?.name;
};

/** True where the role trusts the service account from a later instant on, which a date test of its policy names. */
const startsLater = ({ policy, request }: Ready, audience: string, now: string): boolean =>
  policy.statements
    .flatMap(({ conditions }) => conditions.filter(({ key }) => isClockKey(key.text)))
    .flatMap(({ values }) => values.flatMap(({ text }) => timeOf(text) ?? []))
    .filter(at => at >= Date.parse(now))
    .some(at => decide(policy, { ...request(audience), now: new Date(at + 1).toISOString() }).decision === 'allow');

/**
 * Of a role that was plainly made for something else, a node, a service, a pipeline or another cluster, the annotation is questioned first:
 * to let it trust the service account is the other way. Any other role is extended.
 */
const annotationFirst = (
  subject: ServiceAccountSubject,
  { roleArn, policy }: Ready,
  {
    grant,
    other,
    nearest,
    facts,
  }: {
    readonly grant: FixDraft;
    readonly other: string | undefined;
    readonly nearest: StatementResult | undefined;
    readonly facts: Facts;
  },
): FixDraft => {
  // Its conditions are met: the role was made for it, and the principal alone is wrong.
  if (nearest?.tests.some(({ test, result }) => result === 'true' && /:sub$/i.test(test.key.text))) return grant;
  const principals = policy.statements.flatMap(({ effect, principal }) =>
    effect === 'Allow' && principal?.kind === 'typed' ? principal.entries : [],
  );
  const isForPods = principals.some(({ type, value }) => {
    const issuer = type === 'Federated' ? providerHostPath(value.text) : undefined;
    return type === 'Federated' && (issuer === undefined || isClusterIssuer(issuer, facts));
  });
  if (principals.length === 0 || (isForPods && other === undefined)) return grant;
  if (principals.some(({ value }) => value.text === podIdentityService)) return byPodIdentity(subject, roleArn, grant);
  const [role, name] = [roleNameOf(roleArn), nameOf(subject)];
  const forWhom =
    other === undefined ? listed([...new Set(principals.map(({ value }) => value.text))], 3) : `cluster ${other}`;
  return {
    summary: `Name a role that was made for ${name} in its annotation: ${role} is for ${forWhom}.`,
    steps: [],
    choice: `Whether ${role} is meant to serve ${name} as well. If so, ${grant.summary.charAt(0).toLowerCase()}${grant.summary.slice(1)}`,
    ...(grant.steps.length === 0 ? {} : { alternatives: [{ summary: grant.summary, steps: grant.steps }] }),
  };
};

/** A role of another account, which has no role of this ARN that trusts an OIDC provider. */
const noOidcTrust = (subject: ServiceAccountSubject, roleArn: string): Failure => {
  const [role, account = ''] = [roleNameOf(roleArn), parseArn(roleArn)?.accountId];
  return fail
    .missingOrNoOidc({ role, account, serviceAccount: nameOf(subject) })
    .pieces(annotationEvidence(subject, roleArn))
    .explains([explainsRuntime(subject, roleArn)])
    .fix(
      `Ask the owner of account ${account} to create the role with a trust policy for this service account, or name another role.`,
      'Which role the service account is to have.',
    );
};

/** A refusing decision, as far as findings report it: its message, what is behind it, and the statement that came nearest
 *  to allowing the request. */
interface Refusal {
  readonly said: RefusalMessage;
  readonly evidence: readonly EvidenceDraft[];
  readonly denied: boolean;
  /** The statement that denies has a test on the clock. */
  readonly deniedByClock: boolean;
  readonly nearest?: StatementResult;
}

/** Why a role refuses a service account, by message id. */
type RefusalMessage =
  | { readonly id: 'noStatement' }
  | { readonly id: 'denied' | 'otherAction'; readonly statement: string }
  | { readonly id: 'otherPrincipal'; readonly statement: string; readonly principal: readonly string[] }
  | { readonly id: 'keyAbsent' | 'conditionFails'; readonly statement: string; readonly condition: string };

/** The refusal of a decision that is `deny`. */
const refusalOf = (decision: Decision, readFrom: string): Refusal => {
  const denying = decision.statements.find(one => one.statement.effect === 'Deny' && one.applies === 'true');
  const [nearest] = nearestFirst(decision.statements);
  return {
    ...saidOf(denying, nearest, readFrom),
    denied: denying !== undefined,
    deniedByClock: denying?.statement.conditions.some(({ key }) => isClockKey(key.text)) ?? false,
    ...(nearest ? { nearest } : {}),
  };
};

/** The principals of a statement as written; `everyone but …` where it names those that it leaves out. */
const principalsOf = ({ statement: { principal } }: StatementResult): readonly string[] =>
  principal?.kind === 'typed' ? principal.entries.map(({ value }) => value.text) : ['everyone but some'];

const saidOf = (
  denying: StatementResult | undefined,
  nearest: StatementResult | undefined,
  readFrom: string,
): Pick<Refusal, 'said' | 'evidence'> => {
  if (denying) return { said: { id: 'denied', statement: statementLabel(denying.statement) }, evidence: [] };
  if (!nearest) return { said: { id: 'noStatement' }, evidence: [] };
  const statement = statementLabel(nearest.statement);
  if (nearest.principal.result === 'false') {
    const principal = principalsOf(nearest);
    return {
      said: { id: 'otherPrincipal', statement, principal },
      evidence: [{ what: `principal of ${statement}`, got: phrase('{principal}', { principal }), readFrom }],
    };
  }
  if (nearest.action.result === 'false') return { said: { id: 'otherAction', statement }, evidence: [] };
  const failing = nearest.tests.find(({ result }) => result === 'false');
  if (!failing) return { said: { id: 'noStatement' }, evidence: [] };
  const { test, reason, actual } = failing;
  const claim = /:(sub|aud)$/i.exec(test.key.text)?.[1] ?? test.key.text;
  const condition = `${test.operator} on ${claim}`;
  return {
    said: { id: reason.kind === 'key-absent' ? 'keyAbsent' : 'conditionFails', statement, condition },
    evidence: [
      {
        what: `${test.operator} on ${test.key.text}`,
        got: actual ?? phrase(isClockKey(test.key.text) ? 'the instant of the audit' : 'not in the token'),
        wanted: phrase('{values}', { values: test.values.map(({ text }) => text) }),
        readFrom,
        at: test.key.at,
      },
    ],
  };
};

/** The facts that the fix depends on beside the question. */
interface GrantContext {
  readonly audience: string;
  /** A Deny refuses the service account. */
  readonly denied: boolean;
  /** The audited account: a role's policy is shown and changed only for the account that owns the role. */
  readonly accountId: string;
}

/** A change that is proven to add this service account and nobody else; without it a person must choose. */
const grantFix = (question: Ready, { audience, denied, accountId }: GrantContext): FixDraft => {
  const request = question.request(audience);
  const owner = parseArn(request.roleArn)?.accountId;
  const summary = `Let role ${roleNameOf(request.roleArn)} trust ${request.subject}`;
  if (owner !== accountId)
    return {
      summary: `Ask the owner of account ${owner} to let role ${roleNameOf(request.roleArn)} trust ${request.subject}, or name another role.`,
      steps: [],
      choice: 'Whether the service account is to have this role: its owner decides that.',
    };
  const change = minimalGrant(question.policy, question.trustPolicy, request);
  if (change)
    return {
      summary: `${summary}: ${change.summary}.`,
      steps: [change.step],
      choice: 'Whether this service account is to have the role: so far only its annotation says so.',
    };
  return {
    summary: `${summary}, or name another role.`,
    steps: [],
    choice: denied
      ? 'A Deny statement refuses this service account: whether that is intended.'
      : 'What else refuses this service account, such as a Deny that may apply: no change was proven to add it alone.',
  };
};
