import type { Facts } from '../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { providerAudiences } from '../../facts/trust-question.ts';
import { roleNameOf } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import { audienceKey } from '../../model/irsa-annotation.ts';
import { defaultAudience } from '../../policy/decide/request.ts';
import { defineMessages, phrase } from '../../text/message.ts';
import { defineRule, fail, notApplicable, pass, unknown, unknownFor, type Verdict } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { audienceFailure, takingAudience } from './support/audience-failure.ts';
import { nameOf, unlessDormant, wellFormedRole } from './support/service-account-view.ts';
import { audienceAloneRefused, questionOf } from './support/trust-decision.ts';

const message = defineMessages({
  empty: 'the audience annotation of service account {serviceAccount} is empty: STS refuses its tokens',
  notInProvider: 'audience "{audience}" of service account {serviceAccount} is not in the provider’s client ID list',
  refusedByRole: 'role {role} does not accept audience "{audience}" of service account {serviceAccount}',
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
  brief: { empty: 'audience is empty', notInProvider: 'audience refused', refusedByRole: 'audience refused' },
  messages: message.templates,
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
  examples: {
    pass: { title: 'provider and role take the audience', facts: () => asking(['team-audience']) },
    fail: { title: 'the provider does not list it', facts: () => asking(['sts.amazonaws.com']) },
    unknown: { title: 'the provider could not be read', facts: () => asking(undefined) },
  },
});

const tokenAudience = 'InvalidIdentityToken: Incorrect token audience';

const emptyAudience = (subject: ServiceAccountSubject, roleArn: string): Verdict =>
  fail({
    ...audienceFailure(subject, roleArn, []),
    ...message('empty', { serviceAccount: nameOf(subject) }),
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
    return fail({
      ...audienceFailure(subject, roleArn, [clientIds], takingAudience(question, audience, known, facts)),
      ...message('notInProvider', { audience, serviceAccount }),
      podError: tokenAudience,
    });
  if (question.ask(audience).decision === 'deny' && audienceAloneRefused(question, audience, known ?? []))
    return fail({
      ...audienceFailure(
        subject,
        roleArn,
        [{ what: 'role', got: roleArn, readFrom: 'iam:ListRoles' }],
        known === undefined ? [] : takingAudience(question, audience, known, facts),
      ),
      ...message('refusedByRole', { role: roleNameOf(roleArn), audience, serviceAccount }),
      podError: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  return known ? pass : unknown('unread', `the audiences of the provider for ${issuer} in the role’s account`);
};

const asking = (listed: readonly string[] | undefined) => {
  const account = aServiceAccount();
  const marked = { ...account, annotations: { ...account.annotations, [audienceKey]: 'team-audience' } };
  const trustPolicy = aTrustPolicy().replace(defaultAudience, 'team-audience');
  return someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([marked]), pods: complete([]) })]),
    providers: complete(listed ? [aProvider({ audiences: listed })] : []),
    roles: complete([aRole({ trustPolicy })]),
  });
};
