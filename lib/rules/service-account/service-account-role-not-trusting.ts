import {
  doubtOf,
  type Facts,
  isCalledAfter,
  isClusterIssuer,
  notAuthorized,
  providerAudiences,
  type ReadyQuestion,
  type ServiceAccountSubject,
} from '../../facts.ts';
import { minimalGrant } from '../../fixes/minimal-grant.ts';
import {
  type FixDraft,
  parseArn,
  providerArnBeside,
  providerHostPath,
  roleNameOf,
  stripScheme,
  valueOr,
} from '../../model.ts';
import {
  decide,
  instantsFrom,
  isClockKey,
  nearestFirst,
  podIdentityService,
  type Statement,
  type StatementResult,
  statementLabel,
} from '../../policy.ts';
import { listed, phrase } from '../../text.ts';
import { withAlternatives } from '../access/alternatives.ts';
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
  unknownFor,
} from '../prelude.ts';
import { explainsMeant, orMoved } from './support/accounts-meant.ts';
import { byPodIdentity } from './support/by-pod-identity.ts';
import { causesOfDenial, causesOnRole, refusedOf } from './support/causes-on-role.ts';
import { nameRole, roleMadeFor } from './support/name-role.ts';
import {
  annotationEvidence,
  audienceOfAccount,
  explainsRuntime,
  nameOfAccount,
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
    'condition key not in token',
    'role {role} does not trust service account {serviceAccount}: tokens lack the key of {condition} in {statement}',
  ],
  conditionFails: [
    'condition mismatch',
    'role {role} does not trust service account {serviceAccount}: {condition} in {statement} does not match',
  ],
});

/** The same decision as `who-can-assume`, asked for every annotated service account: annotated, but not trusted. */
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
    const audience = audienceOfAccount(subject);
    if (audience === '') return notApplicable;
    const decision = question.ask(audience);
    if (decision.decision === 'allow') return pass;
    if (decision.decision === 'unknown') return unknownFor(doubtOf(decision));
    const known = providerAudiences(question.roleArn, question.issuer, facts) ?? [];
    if (audienceAloneRefused(question, known)) return notApplicable;
    if (mayBeAudienceAlone(question, facts))
      return unknown('unread', `the audiences of the provider for ${question.issuer}`);
    return unlessDormant(subject, failed(notTrusting(subject, question, facts)));
  },
});

/** A role that was made for the service account is the one to name: the annotation is wrong, and no trust policy. */
const orMade = (subject: ServiceAccountSubject, fix: FixDraft, facts: Facts): FixDraft => {
  const made = roleMadeFor(subject, facts);
  if (made === undefined) return fix;
  const { alternatives = [], ...other } = fix;
  return withAlternatives(nameRole(subject, made), [other, ...alternatives]);
};

/** A role that was read and refuses its service account. */
const notTrusting = (subject: ServiceAccountSubject, question: ReadyQuestion, facts: Facts): Failure => {
  const { roleArn } = question;
  const audience = audienceOfAccount(subject);
  const decision = question.ask(audience);
  const denying = decision.statements.find(one => one.statement.effect === 'Deny' && one.applies === 'true')?.statement;
  const [nearest] = nearestFirst(decision.statements);
  const account = parseArn(roleArn)?.accountId ?? '';
  const isOwn = account === facts.snapshot.accountId;
  const grant = isOwn ? grantFix(question, audience, denying !== undefined) : askOwner(question, audience, account);
  return (
    // The policy of another account's role is that account's to show.
    (isOwn ? refusalOf(subject, question, denying, nearest, facts) : elsewhere(subject, roleArn, account))
      .severity(startsLater(question, audience, facts.now) ? 'medium' : undefined)
      .podError(notAuthorized)
      .explains([explainsRuntime(subject, roleArn), ...explainsMeant(subject, roleArn, facts)])
      .explainedBy(
        denying === undefined
          ? causesOnRole(roleArn, nearest, refusedOf(subject, question, facts))
          : denying.conditions.some(({ key }) => isClockKey(key.text))
            ? [{ ruleId: 'trust-condition-expired', subject: roleArn }]
            : causesOfDenial(roleArn, decision),
      )
      .fix(
        isOwn && denying === undefined
          ? orMade(
              subject,
              orMoved(subject, roleArn, annotationFirst(subject, question, grant, nearest, facts), facts),
              facts,
            )
          : grant,
      )
  );
};

const elsewhere = (subject: ServiceAccountSubject, roleArn: string, account: string): FailureDraft =>
  fail
    .elsewhere({ role: roleNameOf(roleArn), serviceAccount: nameOfAccount(subject), account })
    .pieces(annotationEvidence(subject, roleArn));

/** Why the policy refuses: the statement that denies, else the first thing that fails in the nearest one. */
const refusalOf = (
  subject: ServiceAccountSubject,
  { roleArn, issuer }: ReadyQuestion,
  denying: Statement | undefined,
  nearest: StatementResult | undefined,
  facts: Facts,
): FailureDraft => {
  const names = { role: roleNameOf(roleArn), serviceAccount: nameOfAccount(subject) };
  const annotation = annotationEvidence(subject, roleArn);
  const readFrom = `trust policy of ${roleArn}`;
  if (denying) return fail.denied({ ...names, statement: statementLabel(denying) }).pieces(annotation);
  if (!nearest) return fail.noStatement(names).pieces(annotation);
  const statement = statementLabel(nearest.statement);
  if (nearest.principal.result === 'false') {
    const [cluster, other, principal] = [subject.cluster.name, otherClusterOf(nearest, facts), principalsOf(nearest)];
    const said =
      other === undefined
        ? fail.otherPrincipal({ ...names, cluster, statement, principal })
        : fail.otherCluster({ ...names, cluster, other, statement });
    const [got, wanted] = [phrase('{principal}', { principal }), providerArnBeside(roleArn, issuer)];
    return said.pieces(annotation).evidence(`principal of ${statement}`, readFrom, got, wanted);
  }
  if (nearest.action.result === 'false') return fail.otherAction({ ...names, statement }).pieces(annotation);
  const failing = nearest.tests.find(({ result }) => result === 'false');
  if (!failing) return fail.noStatement(names).pieces(annotation);
  const { test, reason, actual } = failing;
  const claim = /:(sub|aud)$/i.exec(test.key.text)?.[1] ?? test.key.text;
  return fail[reason.kind === 'key-absent' ? 'keyAbsent' : 'conditionFails']({
    ...names,
    statement,
    condition: `${test.operator} on ${claim}`,
  })
    .pieces(annotation)
    .evidence(
      `${test.operator} on ${test.key.text}`,
      { readFrom, at: test.key.at },
      actual ?? phrase(isClockKey(test.key.text) ? 'the instant of the audit' : 'not in the token'),
      phrase('{values}', { values: test.values.map(({ text }) => text) }),
    );
};

/** The principals of a statement as written; `everyone but …` where it names those that it leaves out. */
const principalsOf = ({ statement: { principal } }: StatementResult): readonly string[] =>
  principal?.kind === 'typed' ? principal.entries.map(({ value }) => value.text) : ['everyone but some'];

/** The cluster of the fleet whose provider a statement names in place of the service account's; undefined for any other. */
const otherClusterOf = (statement: StatementResult, { fleet }: Facts): string | undefined => {
  if (statement.principal.result !== 'false') return undefined;
  const issuers = new Set(principalsOf(statement).flatMap(arn => providerHostPath(arn) ?? []));
  return fleet.clusters.find(({ issuer }) => issuer !== undefined && issuers.has(stripScheme(issuer)))?.name;
};

/** True where the role trusts the service account from a later instant on, which a date test of its policy names. */
const startsLater = ({ policy, request }: ReadyQuestion, audience: string, now: string): boolean =>
  instantsFrom([policy], now)
    .slice(1)
    .some(at => at !== undefined && decide(policy, { ...request(audience), now: at }).decision === 'allow');

/** True where the role is called after the service account and IAM says that nobody has ever used it: it was made with the trust
 *  policy that the console proposes (a service of AWS), and not for another use. */
const wasMadeFor = ({ serviceAccount }: ServiceAccountSubject, roleArn: string, { snapshot }: Facts): boolean => {
  const role = valueOr(snapshot.roles, []).find(({ arn }) => arn === roleArn);
  const isUnused = role?.detail.status === 'complete' && role.detail.value.lastUsedAt === undefined;
  return isUnused && isCalledAfter(role, serviceAccount.name);
};

/**
 * Of a role that was plainly made for something else, a node, a service, a pipeline or another cluster, the annotation is questioned first:
 * to let it trust the service account is the other way. Any other role is extended.
 */
const annotationFirst = (
  subject: ServiceAccountSubject,
  { roleArn, policy }: ReadyQuestion,
  grant: FixDraft,
  nearest: StatementResult | undefined,
  facts: Facts,
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
  const other = nearest && otherClusterOf(nearest, facts);
  if (principals.length === 0 || (isForPods && other === undefined)) return grant;
  if (principals.some(({ value }) => value.text === podIdentityService)) return byPodIdentity(subject, roleArn, grant);
  if (other === undefined && wasMadeFor(subject, roleArn, facts)) return grant;
  const [role, name] = [roleNameOf(roleArn), nameOfAccount(subject)];
  const forWhom =
    other === undefined ? listed([...new Set(principals.map(({ value }) => value.text))], 3) : `cluster ${other}`;
  const { summary, steps } = grant;
  return {
    summary: `Name a role that was made for ${name} in its annotation: ${role} is for ${forWhom}.`,
    choice: `Whether ${role} is meant to serve ${name} as well. If so, ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
    ...(steps && { alternatives: [{ summary, steps }] }),
  };
};

/** A role of another account, which has no role of this ARN that trusts an OIDC provider. */
const noOidcTrust = (subject: ServiceAccountSubject, roleArn: string): Failure => {
  const [role, account = ''] = [roleNameOf(roleArn), parseArn(roleArn)?.accountId];
  return fail
    .missingOrNoOidc({ role, account, serviceAccount: nameOfAccount(subject) })
    .pieces(annotationEvidence(subject, roleArn))
    .explains([explainsRuntime(subject, roleArn)])
    .fix(
      `Ask the owner of account ${account} to create the role with a trust policy for this service account, or name another role.`,
      'Which role the service account is to have.',
    );
};

/** A role's policy is changed only for the account that owns the role. */
const askOwner = ({ roleArn, request }: ReadyQuestion, audience: string, owner: string): FixDraft => ({
  summary: `Ask the owner of account ${owner} to let role ${roleNameOf(roleArn)} trust ${request(audience).subject}, or name another role.`,
  choice: 'Whether the service account is to have this role: its owner decides that.',
});

/** A change that is proven to add this service account and nobody else; without it a person must choose. */
const grantFix = (
  { policy, trustPolicy, ...question }: ReadyQuestion,
  audience: string,
  isDenied: boolean,
): FixDraft => {
  const request = question.request(audience);
  const summary = `Let role ${roleNameOf(request.roleArn)} trust ${request.subject}`;
  const change = minimalGrant(policy, trustPolicy, request);
  if (change)
    return {
      summary: `${summary}: ${change.summary}.`,
      steps: [change.step],
      choice: 'Whether this service account is to have the role: so far only its annotation says so.',
    };
  return {
    summary: `${summary}, or name another role.`,
    choice: isDenied
      ? 'A Deny statement refuses this service account: whether that is intended.'
      : 'What else refuses this service account, such as a Deny that may apply: no change was proven to add it alone.',
  };
};
