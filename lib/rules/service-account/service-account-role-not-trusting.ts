import { doubtOf, providerAudiences } from '../../facts/trust-question.ts';
import { defineRule, failed, notApplicable, pass, unknown, unknownFor } from '../define-rule.ts';
import { noOidcTrust, notTrusting, notTrustingSays } from './support/not-trusting.ts';
import { audienceOf, unlessDormant } from './support/service-account-view.ts';
import { audienceAloneRefused, mayBeAudienceAlone, questionOf } from './support/trust-decision.ts';

/** The same decision as `can-assume`, asked for every annotated service account: annotated, but not trusted. */
export const serviceAccountRoleNotTrusting = defineRule({
  id: 'service-account-role-not-trusting',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Annotated roles trust their service account',
  says: notTrustingSays,
  needs: ['service-accounts', 'roles'],
  docs: {
    why: 'The annotation only asks for the role: its trust policy decides. With another namespace, another name or another cluster’s issuer in one condition, every call for credentials is refused.',
    fix: 'Let the role trust exactly this service account, or name the role that already does.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.1–A.10',
    ],
  },
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
    return unlessDormant(subject, failed(notTrusting(subject, question, facts.snapshot.accountId)));
  },
});
