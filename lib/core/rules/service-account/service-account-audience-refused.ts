import type { Facts } from '../../facts/facts.ts';
import { unannotateServiceAccount } from '../../facts/kubectl.ts';
import type { ServiceAccountSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { audienceKey } from '../../model/irsa-annotation.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { defineRule, type Failure, fail, notApplicable, pass, unknown, type Verdict } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { explainsRuntime, nameOf, readFrom, unlessDormant, wellFormedRole } from './support/service-account-view.ts';
import { audienceAloneRefused, providerAudiences, questionOf } from './support/trust-decision.ts';

/** A token's audience has to satisfy the provider's list and the role's condition, both (docs/facts.md §A.8). */
export const serviceAccountAudienceRefused = defineRule({
  id: 'service-account-audience-refused',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-audience',
  title: 'Audiences that service accounts ask for are accepted by provider and role',
  needs: ['service-accounts', 'providers'],
  docs: {
    why: 'With eks.amazonaws.com/audience an account’s tokens carry another audience than sts.amazonaws.com. The provider must list it and the role must let it in, else STS refuses. Left empty, tokens carry the API server’s own audience.',
    fix: 'Take the annotation away, unless provider and role are meant for that audience.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §A.8, §D.1'],
  },
  check: (subject, facts) => {
    const audience = subject.serviceAccount.annotations[audienceKey];
    const roleArn = wellFormedRole(subject);
    if (audience === undefined || audience === defaultAudience || roleArn === undefined) return notApplicable;
    if (audience === '') return unlessDormant(subject, fail(failureOf(subject, roleArn, audience, emptyCause)));
    return unlessDormant(subject, judge(subject, audience, facts));
  },
  examples: {
    pass: { title: 'provider and role take the audience', facts: () => asking(['team-audience']) },
    fail: { title: 'the provider does not list it', facts: () => asking(['sts.amazonaws.com']) },
    unknown: { title: 'the provider could not be read', facts: () => asking(undefined) },
  },
});

interface Cause {
  readonly text: string;
  readonly wanted: string;
  readonly readFrom: string;
  readonly podError: string;
}

const tokenAudience = 'InvalidIdentityToken: Incorrect token audience';

const emptyCause: Cause = {
  text: 'is empty, so that tokens carry the API server’s own audience, which STS does not take',
  wanted: defaultAudience,
  readFrom: 'docs/facts.md §A.8',
  podError: tokenAudience,
};

const judge = (subject: ServiceAccountSubject, audience: string, facts: Facts): Verdict => {
  const question = questionOf(subject, facts);
  if (question.status === 'n/a' || question.status === 'no-oidc-trust') return notApplicable;
  if (question.status === 'unknown') return unknown('unread', question.missing);
  const known = providerAudiences(question.roleArn, question.issuer, facts);
  if (known && !known.includes(audience))
    return fail(
      failureOf(subject, question.roleArn, audience, {
        text: `is none that the provider for ${question.issuer} takes`,
        wanted: known.join(', ') || '(the provider has none)',
        readFrom: 'iam:GetOpenIDConnectProvider',
        podError: tokenAudience,
      }),
    );
  const { decision, reasons } = question.ask(audience);
  const [reason = 'no statement lets it in'] = reasons;
  if (decision === 'deny' && audienceAloneRefused(question, audience, known ?? []))
    return fail(
      failureOf(subject, question.roleArn, audience, {
        text: `is refused by the role ${question.roleArn}: ${reason}`,
        wanted: 'an audience that the trust policy lets in',
        readFrom: 'iam:ListRoles',
        podError: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      }),
    );
  return known ? pass : unknown('unread', `the audiences of the provider for ${question.issuer} in the role’s account`);
};

const failureOf = (subject: ServiceAccountSubject, roleArn: string, audience: string, cause: Cause): Failure => ({
  message: `the audience ${JSON.stringify(audience)} of service account ${nameOf(subject)} ${cause.text}`,
  evidence: [
    {
      what: `annotation ${audienceKey}`,
      got: audience,
      wanted: cause.wanted,
      readFrom: `${readFrom(subject)}; ${cause.readFrom}`,
    },
  ],
  podError: cause.podError,
  fix: {
    summary: `Let tokens carry ${defaultAudience}, then make the pods anew.`,
    commands: [unannotateServiceAccount(subject.serviceAccount.namespace, subject.serviceAccount.name, audienceKey)],
    choice: 'Whether the audience is wanted: then the provider has to list it and the role to let it in.',
  },
  explains: [{ ruleId: 'service-account-role-not-trusting', subject: subject.id }, explainsRuntime(subject, roleArn)],
});

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
