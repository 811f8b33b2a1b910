import type { KnownMessage } from './known-message.ts';
import { besideEachOther } from './text-pattern.ts';

/** Answers of STS to AssumeRoleWithWebIdentity (docs/facts.md §C.1, §C.2). */
export const stsMessages: readonly KnownMessage[] = [
  {
    id: 'sts-not-authorized',
    by: 'STS',
    sample: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    texts: [
      ...['not authorized to perform sts:AssumeRoleWithWebId', 'not authorized to perform: sts:AssumeRoleWithWebId'],
      '(AccessDenied) when calling the AssumeRoleWithWebIdentity operation',
      'AssumeRoleWithWebIdentity, *api error AccessDenied',
      'AssumeRoleWithWebIdentity, https response error StatusCode: 403',
      'eventName":"AssumeRoleWithWebIdentity"**errorCode":"AccessDenied',
      'eventName": "AssumeRoleWithWebIdentity"**errorCode": "AccessDenied',
      'errorCode": "AccessDenied"*eventName": "AssumeRoleWithWebIdentity',
    ],
    says: 'The token is valid and its issuer is known, but the trust policy of the role does not trust this service account.',
    causes: [
      ...(['trust-subject', 'trust-provider', 'trust-audience', 'trust-action', 'trust-contradicts'] as const),
      ...(['role-missing', 'second-role-by-token', 'pod-older-than-association', 'control-policy'] as const),
      ...(['endpoint-policy', 'account-in-other-namespace', 'pods-as-other-account', 'variables-by-hand'] as const),
    ],
    unless: ['sts-organization-deny', 'sts-endpoint-deny', 'sts-not-authorized-of-login'],
  },
  {
    id: 'sts-organization-deny',
    by: 'STS',
    sample:
      'AccessDenied: User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: <role ARN> with an explicit deny in a resource control policy',
    texts: [
      'AssumeRoleWithWebIdentity*explicit deny in a resource control policy',
      'AssumeRoleWithWebIdentity*explicit deny in a service control policy',
    ],
    says: 'A policy of the organization denies the call. For web identities this is a resource control policy (RCP) on the AWS account of the role.',
    causes: ['control-policy'],
  },
  {
    id: 'sts-endpoint-deny',
    by: 'STS',
    sample:
      'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity with an explicit deny in a VPC endpoint policy',
    texts: [
      'AssumeRoleWithWebIdentity*explicit deny in a VPC endpoint policy',
      'AssumeRoleWithWebIdentity*because no VPC endpoint policy',
    ],
    says: 'The policy of the VPC endpoint for STS refuses the call.',
    causes: ['endpoint-policy'],
  },
  {
    id: 'sts-not-authorized-of-login',
    by: 'STS, GitHub Actions',
    sample: 'Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    texts: besideEachOther('{pipeline}', 'not authorized to perform sts:AssumeRoleWithWebIdentity'),
    says: 'A pipeline asked for a role with its own token, and the trust policy of that role does not trust it. No service account and no pod is part of this, also on a runner in a cluster.',
    causes: ['login-subject', 'login-audience', 'login-role', 'second-role-by-token'],
    unless: ['sts-organization-deny', 'sts-endpoint-deny'],
  },
  {
    id: 'sts-audience-of-login',
    by: 'STS, GitHub Actions',
    sample: 'Could not assume role with OIDC: Incorrect token audience',
    texts: besideEachOther('{pipeline}', 'incorrect token audience'),
    says: 'A pipeline asked for a role with its own token, whose audience the OIDC provider in IAM does not list. No pod is part of this.',
    causes: ['login-audience'],
  },
  {
    id: 'sts-audience-of-api-token',
    by: 'STS',
    sample:
      'AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/kubernetes.io/serviceaccount/token: InvalidIdentityToken: Incorrect token audience',
    texts: besideEachOther('kubernetes.io/serviceaccount/token', 'incorrect token audience'),
    says: 'The program sent the token for the Kubernetes API, whose audience is the API server. The provider and the role are not the cause.',
    causes: ['token-of-another'],
  },
  {
    id: 'sts-audience-of-pod-identity-token',
    by: 'STS',
    sample:
      'AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token: InvalidIdentityToken: Incorrect token audience',
    texts: [
      ...besideEachOther('eks-pod-identity-token', 'incorrect token audience'),
      ...besideEachOther('pods.eks.amazonaws.com', 'incorrect token audience'),
      'web_identity_token_file*eks-pod-identity-token',
    ],
    says: 'The program sent the token of EKS Pod Identity to STS. That token is for the agent of the node, and its audience is pods.eks.amazonaws.com.',
    causes: ['token-of-pod-identity'],
  },
  {
    id: 'sts-audience',
    by: 'STS',
    sample: 'InvalidIdentityToken: Incorrect token audience',
    texts: ['incorrect token audience'],
    says: 'The audience of the token is not in the client ID list of the OIDC provider.',
    causes: ['provider-audience', 'account-audience', 'token-of-another', 'login-audience', 'trust-audience'],
    unless: ['sts-audience-of-api-token', 'sts-audience-of-pod-identity-token', 'sts-audience-of-login'],
  },
  {
    id: 'sts-no-provider',
    by: 'STS, ROSA',
    sample:
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://oidc.eks.<region>.amazonaws.com/id/<id>',
    texts: ['no openidconnect provider found', 'no openid connect provider found', 'oidc provider by url*: not found'],
    says: "The AWS account of the role has no OIDC provider for the issuer of the token. 'Your account' is the account of the role, not of the cluster.",
    causes: ['provider-missing', 'provider-url', 'sts-other-region', 'role-missing', 'pod-older-than-association'],
    unless: ['sts-no-provider-of-login'],
  },
  {
    id: 'sts-no-provider-of-login',
    by: 'STS, GitHub Actions',
    sample:
      'InvalidIdentityToken: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com',
    texts: [
      'no openidconnect provider found in your account for https://token.actions.githubusercontent.com',
      'no openidconnect provider found in your account for https://gitlab',
      'no openidconnect provider found in your account for https://app.terraform.io',
      'no openidconnect provider found in your account for https://api.bitbucket.org',
    ],
    says: 'A pipeline or a login asked for a role, not a pod: the issuer is not that of a cluster.',
    causes: ['provider-missing', 'provider-url'],
  },
  {
    id: 'sts-thumbprint',
    by: 'STS',
    sample: "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
    texts: [
      "https certificate doesn't match configured thumbprint",
      'https certificate does not match configured thumbprint',
      'https certificate doesnt match configured thumbprint',
    ],
    says: 'STS checked the certificate of the issuer against the thumbprints of the provider. No certificate of the chain matches. (AWS does not use thumbprints for an issuer with a publicly trusted certificate.)',
    causes: ['thumbprint', 'issuer-certificate'],
  },
  {
    id: 'sts-verification-key',
    by: 'STS',
    sample:
      "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    texts: [
      "couldn't retrieve verification key from your identity provider",
      'could not retrieve verification key from your identity provider',
    ],
    says: 'STS could not read the key that signed the token from the issuer, or the issuer has no such key.',
    causes: ['passing-fault', 'issuer-gone', 'issuer-not-public', 'issuer-certificate'],
    transient: true,
  },
  {
    id: 'sts-idp-communication',
    by: 'STS',
    sample:
      'IDPCommunicationError: The request could not be fulfilled because the identity provider could not be reached',
    texts: [
      ...[': idpcommunicationerror', 'code>idpcommunicationerror', '(idpcommunicationerror', ' idpcommunicationerror'],
      ...['"idpcommunicationerror', 'idpcommunicationerror: the request'],
    ],
    says: 'STS could not reach the issuer, or it answered too slowly.',
    causes: ['passing-fault', 'issuer-not-public'],
    transient: true,
  },
  {
    id: 'sts-idp-rejected',
    by: 'STS',
    sample: 'IDPRejectedClaim: The identity provider reported that authentication failed',
    texts: ['idprejectedclaim'],
    says: 'The identity provider rejected the token or one of its claims.',
    causes: ['issuer-gone'],
  },
];
