import type { Facts } from '../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { providerAudiences } from '../../facts/trust-question.ts';
import { roleNameOf } from '../../model/arn.ts';
import { audienceKey } from '../../model/irsa-annotation.ts';
import { defaultAudience } from '../../policy/decide/request.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failed, notApplicable, pass, unknown, unknownFor, type Verdict } from '../define-rule.ts';
import { failures } from '../failure.ts';
import { audienceFailure, takingAudience } from './support/audience-failure.ts';
import { nameOf, unlessDormant, wellFormedRole } from './support/service-account-view.ts';
import { audienceAloneRefused, questionOf } from './support/trust-decision.ts';

const fail = failures({
  empty: [
    'audience is empty',
    'the audience annotation of service account {serviceAccount} is empty: STS refuses its tokens',
  ],
  notInProvider: [
    'audience refused',
    'audience "{audience}" of service account {serviceAccount} is not in the provider’s client ID list',
  ],
  refusedByRole: [
    'audience refused',
    'role {role} does not accept audience "{audience}" of service account {serviceAccount}',
  ],
});

/** A token's audience has to be in the provider's list and satisfy the role's condition (docs/facts.md §A.8). */
export const serviceAccountAudienceRefused = defineRule({
  id: 'service-account-audience-refused',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-audience',
  title: 'Provider and role accept the requested audience',
  says: fail.says,
  needs: ['service-accounts', 'providers', 'roles'],
  docs: {
    why: 'With eks.amazonaws.com/audience, tokens carry another audience than sts.amazonaws.com. The provider’s client ID list must contain it and the trust policy must accept it, else STS refuses the token. With an empty value, tokens carry the API server’s own audience.',
    fix: 'Remove the annotation, unless provider and role are meant for that audience.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §A.8, §D.1'],
  },
  check: (subject, facts) => {
    const audience = subject.serviceAccount.annotations[audienceKey];
    const roleArn = wellFormedRole(subject);
    if (audience === undefined || audience === defaultAudience || roleArn === undefined) return notApplicable;
    return unlessDormant(subject, audience === '' ? emptyAudience(subject, roleArn) : judge(subject, audience, facts));
  },
});

const tokenAudience = 'InvalidIdentityToken: Incorrect token audience';

const emptyAudience = (subject: ServiceAccountSubject, roleArn: string): Verdict =>
  failed({
    ...audienceFailure(subject, roleArn, []),
    ...fail.empty({ serviceAccount: nameOf(subject) }).message,
    podError: tokenAudience,
  });

const judge = (subject: ServiceAccountSubject, audience: string, facts: Facts): Verdict => {
  const question = questionOf(subject, facts);
  if (question.status === 'n/a' || question.status === 'no-oidc-trust') return notApplicable;
  if (question.status === 'unknown') return unknownFor(question.missing);
  const { roleArn, issuer } = question;
  const known = providerAudiences(roleArn, issuer, facts);
  const serviceAccount = nameOf(subject);
  const listed = known?.length ? phrase('{known}', { known }) : phrase('none');
  const clientIds = {
    what: `client IDs of the provider for ${issuer}`,
    got: listed,
    readFrom: 'iam:GetOpenIDConnectProvider',
  };
  if (known && !known.includes(audience))
    return failed({
      ...audienceFailure(subject, roleArn, [clientIds], takingAudience(question, audience, known, facts)),
      ...fail.notInProvider({ audience, serviceAccount }).message,
      podError: tokenAudience,
    });
  if (question.ask(audience).decision === 'deny' && audienceAloneRefused(question, audience, known ?? []))
    return failed({
      ...audienceFailure(
        subject,
        roleArn,
        [{ what: 'role', got: roleArn, readFrom: 'iam:ListRoles' }],
        known === undefined ? [] : takingAudience(question, audience, known, facts),
      ),
      ...fail.refusedByRole({ role: roleNameOf(roleArn), audience, serviceAccount }).message,
      podError: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  return known ? pass : unknown('unread', `the audiences of the provider for ${issuer} in the role’s account`);
};
