import type { KnownMessage } from './known-message.ts';

/** A pipeline of GitHub in a text: its issuer, its action, or its words. */
const pipeline =
  '(?:token\\.actions\\.githubusercontent\\.com|configure-aws-credentials|with OIDC: |\\bgithub (?:actions?|workflows?|runner)|\\bGHA\\b|actions workflow)';
const near = (refusal: string): readonly RegExp[] => [
  new RegExp(`${pipeline}.{0,1200}${refusal}`, 'i'),
  new RegExp(`${refusal}.{0,1200}${pipeline}`, 'i'),
];

/** Answers of STS to pipelines, which ask with a token of their own and not with that of a pod. */
export const stsLoginMessages: readonly KnownMessage[] = [
  {
    id: 'sts-not-authorized-of-login',
    from: 'sts',
    sample: 'Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    patterns: near('not authorized to perform:? sts:AssumeRoleWithWebIdentity'),
    says: 'A pipeline of GitHub Actions asked for a role with its own token, and the trust policy of that role does not trust it. No service account and no pod is part of this, also on a runner in a cluster.',
    causes: [
      {
        text: 'The subject in the trust policy of the role is not the one of the workflow: repo:<owner>/<repository>:ref:refs/heads/<branch>, …:environment:<name> or …:pull_request, with the letters in the case of GitHub; * needs StringLike.',
        rules: [],
        tell: 'CloudTrail has the subject of the refused AssumeRoleWithWebIdentity (userIdentity.userName); irsa-auditor lint <file> judges the policy.',
      },
      {
        text: 'The audience that the trust policy of this pipeline tests is another one than that of its token: sts.amazonaws.com by default, or the value audience of the step.',
        rules: [],
        tell: 'The trust policy tests token.actions.githubusercontent.com:aud for another value.',
      },
      {
        text: 'The ARN in the workflow names another role or account, or the role trusts another principal than token.actions.githubusercontent.com: the role of a runner, for a second role of the pipeline.',
        rules: [],
        tell: 'aws iam get-role of the role in the workflow shows no Federated of token.actions.githubusercontent.com.',
        decisive: ['trusts-role'],
      },
    ],
    unless: ['sts-organization-deny', 'sts-endpoint-deny', 'service-self-assume'],
  },
  {
    id: 'sts-audience-of-login',
    from: 'sts',
    sample: 'Could not assume role with OIDC: Incorrect token audience',
    patterns: near('incorrect token audience'),
    says: 'A pipeline of GitHub Actions asked for a role with its own token, whose audience the OIDC provider in IAM does not list. No pod is part of this.',
    causes: [
      {
        text: 'The provider of token.actions.githubusercontent.com does not list the audience of the pipeline: sts.amazonaws.com by default, or the value audience of the step (sts.amazonaws.com.cn only if the step asks for it). Add it: aws iam add-client-id-to-open-id-connect-provider.',
        rules: [],
        tell: 'aws iam get-open-id-connect-provider --query ClientIDList of this provider lacks it.',
      },
    ],
  },
];
