import { isOlderThanAssociation } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';

/** The call went to an STS that does not know the provider: each partition has its own IAM. */
export const otherSts: Cause = {
  text: 'The provider exists, and the SDK called STS of another region or partition than the cluster: the global sts.amazonaws.com or us-east-1 from GovCloud or China, or a region that the account has not activated. Set AWS_REGION and AWS_STS_REGIONAL_ENDPOINTS=regional; give the region to the client for STS where the program makes one; update the SDK.',
  rules: ['service-account-option-ignored'],
  tell: 'aws iam list-open-id-connect-providers shows the issuer of the message, so the provider is not missing. CloudTrail shows the call in another region, or none in this partition.',
};

/** Answers of STS about the issuer of a token (docs/facts.md §C.1, §C.2). */
export const stsProviderMessages: readonly KnownMessage[] = [
  {
    id: 'sts-no-provider',
    from: 'sts',
    sample:
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.<region>.amazonaws.com/id/<id>',
    patterns: [/no openid ?connect provider[ |]+found\b/i, /oidc provider by url .{0,120}: not found\b/i],
    says: "The AWS account of the role has no OIDC provider for the issuer of the token. 'Your account' is the account of the role, not of the cluster.",
    causes: [
      {
        text: 'IAM has no provider with exactly this URL: EKS does not create it with the cluster, a recreated cluster has a new issuer, and another spelling (a slash at the end, upper case, the alias oidc-eks.<region>.api.aws, another region) does not count. Create it: eksctl utils associate-iam-oidc-provider --cluster <cluster> --approve, or aws iam create-open-id-connect-provider.',
        rules: ['cluster-provider-missing', 'provider-url-mismatch', 'provider-orphaned', 'role-trusts-dead-cluster'],
        tell: 'aws iam list-open-id-connect-providers does not list the issuer of aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer.',
      },
      { ...otherSts, decisive: ['other-partition'] },
      {
        text: 'The role is in another AWS account than the cluster, and that account has no provider for the issuer: create it there.',
        rules: ['service-account-role-account-lacks-provider'],
        tell: 'The account number in AWS_ROLE_ARN is not the account of the cluster.',
      },
      {
        text: 'The AWS account number in the role ARN of the annotation is wrong.',
        rules: ['service-account-role-arn-malformed', 'service-account-role-missing'],
        tell: 'aws iam get-role in the account that the annotation names finds no such role.',
      },
      isOlderThanAssociation,
    ],
    unless: ['sts-no-provider-of-login', 'sts-other-region'],
  },
  {
    id: 'sts-no-provider-of-login',
    from: 'sts',
    sample:
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    patterns: [
      /no openid ?connect provider[ |]+found[ |]+in[ |]+(your[ |]+)?account[ |]+for[ |]+https:\/\/(token\.actions\.githubusercontent\.com|gitlab\.|app\.terraform\.io|api\.bitbucket\.org|oidc\.circleci\.com|agent\.buildkite\.com|\S{1,40}\.spacelift\.io|accounts\.google\.com)/i,
    ],
    says: 'A pipeline or a login asked for a role, not a pod: the issuer is not that of a cluster. IRSA is not the cause.',
    causes: [
      {
        text: 'The AWS account of the role has no OIDC provider for this issuer: create it there, with sts.amazonaws.com as client ID, or correct the account in the role ARN.',
        rules: [],
        tell: 'aws iam list-open-id-connect-providers in the account of the role does not list the issuer.',
      },
    ],
  },
  {
    id: 'sts-other-region',
    from: 'sts',
    sample:
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.us-gov-<region>.amazonaws.com/id/<id>',
    patterns: [
      /no openid ?connect provider[ |]+found[ |]+in[ |]+(your[ |]+)?account[ |]+for[ |]+https:\/\/oidc[.-]eks\.(us-gov|cn|us-iso|us-isob|eu-isoe|us-isof|eusc-de)-/i,
      /sts\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.amazonaws.{0,200}no openid ?connect provider.{0,60}oidc[.-]eks\.(?!\1\.)[a-z]/i,
      /no openid ?connect provider.{0,60}oidc[.-]eks\.([a-z]{2,4}(?:-[a-z]+)+-\d)\..{0,200}sts\.(?!\1\.)[a-z]{2,4}(-[a-z]+)+-\d\.amazonaws/i,
    ],
    says: 'STS knows no OIDC provider for the issuer of the token. The issuer is of a region or partition that SDKs do not call by default.',
    causes: [
      otherSts,
      {
        text: 'The AWS account of the role has no provider for the issuer: EKS does not create it with the cluster.',
        rules: ['cluster-provider-missing', 'service-account-role-account-lacks-provider', 'provider-url-mismatch'],
        tell: 'aws iam list-open-id-connect-providers in the account of the role does not list the issuer of the message.',
        decisive: ['role-of-other-account'],
      },
      {
        text: 'The cluster was recreated and has a new issuer; the provider is for the old one.',
        rules: ['provider-orphaned', 'role-trusts-dead-cluster'],
        tell: 'aws iam list-open-id-connect-providers lists an issuer of the same region with another id.',
      },
    ],
  },
];
