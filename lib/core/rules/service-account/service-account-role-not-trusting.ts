import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { stripScheme } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import type { Evidence } from '../../model/finding.ts';
import { defineRule, type Failure, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { grantFix } from './support/grant-fix.ts';
import { causesOnRole, refusalOf } from './support/refusal.ts';
import {
  annotationEvidence,
  audienceOf,
  explainsRuntime,
  nameOf,
  tokenSubject,
  unlessDormant,
} from './support/service-account-view.ts';
import { audienceAloneRefused, providerAudiences, type Question, questionOf } from './support/trust-decision.ts';

/** The same decision as `can-assume`, asked for every annotated account: annotated, but not trusted. */
export const serviceAccountRoleNotTrusting = defineRule({
  id: 'service-account-role-not-trusting',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Annotated roles let their service account in',
  needs: ['service-accounts', 'roles'],
  docs: {
    why: 'The annotation is a wish: the role’s trust policy decides. Another namespace, another name or another cluster’s issuer in one condition, and every call for credentials is refused.',
    fix: 'Let exactly this account in, or name the role that already does.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.1–A.10',
    ],
  },
  check: (subject, facts) => {
    const question = questionOf(subject, facts);
    if (question.status === 'n/a') return notApplicable;
    if (question.status === 'unknown') return unknown('unread', question.missing);
    if (question.status === 'no-oidc-trust')
      return unlessDormant(subject, fail(noOidcTrust(subject, question.roleArn)));
    const audience = audienceOf(subject);
    if (audience === '') return notApplicable;
    const { decision, reasons } = question.ask(audience);
    if (decision === 'allow') return pass;
    const [reason = `what ${question.roleArn} decides`] = reasons;
    if (decision === 'unknown') return unknown('unread', reason);
    const known = providerAudiences(question.roleArn, question.issuer, facts) ?? [];
    if (audienceAloneRefused(question, audience, known)) return notApplicable;
    return unlessDormant(subject, fail(failureOf(subject, question)));
  },
  examples: {
    pass: { title: 'the role trusts the account', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'the role trusts another namespace',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster()]),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:basket:cart' }) })]),
        }),
    },
    unknown: {
      title: 'a key whose value nobody can know',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster()]),
          roles: complete([
            aRole({
              trustPolicy: aTrustPolicy({ condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }),
            }),
          ]),
        }),
    },
  },
});

type Ready = Extract<Question, { status: 'ready' }>;

const podError = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

const failureOf = (subject: ServiceAccountSubject, question: Ready): Failure => {
  const audience = audienceOf(subject);
  const decision = question.ask(audience);
  const refusal = refusalOf(decision);
  const denied = decision.statements.some(one => one.statement.effect === 'Deny' && one.applies === 'true');
  const refused: Evidence = {
    what: 'what the trust policy decides',
    got: refusal.reason,
    wanted: `${tokenSubject(subject)} with audience ${audience} is let in`,
    readFrom: `trust policy of ${question.roleArn}`,
  };
  return {
    message: `the role ${question.roleArn} does not let service account ${nameOf(subject)} in: ${refusal.reason}`,
    evidence: [annotationEvidence(subject, question.roleArn), refused],
    podError,
    fix: grantFix(question, audience, denied),
    explains: [explainsRuntime(subject, question.roleArn)],
    explainedBy: denied
      ? []
      : causesOnRole(question.roleArn, refusal, {
          subject: tokenSubject(subject),
          issuer: stripScheme(question.issuer),
          clusterArn: subject.cluster.arn,
        }),
  };
};

const noOidcTrust = (subject: ServiceAccountSubject, roleArn: string): Failure => ({
  message: `service account ${nameOf(subject)} names the role ${roleArn}, which does not exist in its account or trusts no OIDC provider`,
  evidence: [annotationEvidence(subject, roleArn)],
  podError,
  fix: {
    summary: `Create ${roleArn} with a trust policy for exactly this account, or name another role.`,
    commands: [],
    choice: 'Which role this account is meant to have.',
  },
  explains: [explainsRuntime(subject, roleArn)],
});
