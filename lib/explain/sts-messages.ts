import { isOlderThanAssociation } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';

/** Why STS refuses the audience of a token. */
const audienceCauses: readonly Cause[] = [
  {
    text: 'The list does not have sts.amazonaws.com, or has something similar: sts.amazon.com, sts.amazonaws.com.cn (wrong in China too), white space.',
    rules: ['provider-audience-missing'],
    tell: 'aws iam get-open-id-connect-provider --open-id-connect-provider-arn <ARN> --query ClientIDList lacks sts.amazonaws.com.',
  },
  {
    text: 'The service account asks for another audience with eks.amazonaws.com/audience.',
    rules: ['service-account-audience-refused'],
    tell: 'kubectl get serviceaccount <name> --output yaml has eks.amazonaws.com/audience.',
  },
  {
    text: 'The token was made by hand with another audience.',
    rules: [],
    tell: 'kubectl create token, or a client of its own, made it: the file of the pod has another one.',
  },
];

/** Answers of STS to AssumeRoleWithWebIdentity (docs/facts.md §C.1, §C.2). */
export const stsMessages: readonly KnownMessage[] = [
  {
    id: 'sts-not-authorized',
    from: 'sts',
    sample: 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
    patterns: [
      /not authorized to perform:? sts:AssumeRoleWithWebId/i,
      /\(AccessDenied\) when calling the AssumeRoleWithWebIdentity operation/i,
      /AssumeRoleWithWebIdentity, .{0,160}api error AccessDenied/i,
      // cut after the status: 403 with another code has its words behind it
      /AssumeRoleWithWebIdentity, https response error StatusCode: 403(, RequestID: [\w-]{8,64})?[\s"'.,]*$/i,
      // CloudTrail keeps the code and not the words (docs/facts.md §E.3)
      /eventName\W{1,6}AssumeRoleWithWebIdentity\W.{0,600}errorCode\W{1,6}AccessDenied/i,
    ],
    says: 'The token is valid and its issuer is known, but the trust policy of the role does not trust this service account.',
    causes: [
      {
        text: 'The subject in the trust policy is not this namespace and service account: another name (of another release or chart, of the account that the pod really runs as), another namespace, a typing error, or a wildcard under StringEquals, which takes * literally and never matches (StringLike does).',
        rules: [
          ...['service-account-role-not-trusting', 'trust-subject-malformed', 'trust-subject-unknown-service-account'],
          'trust-subject-literal-wildcard',
        ],
        messages: { 'service-account-role-not-trusting': ['elsewhere', 'conditionFails'] },
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument: its :sub is not system:serviceaccount:<namespace>:<name> of kubectl get pod <pod> --output jsonpath={.spec.serviceAccountName}, or has * under StringEquals.',
        decisive: ['literal-wildcard'],
      },
      {
        text: 'The policy does not trust the provider of this cluster: the Federated principal or the condition keys name another cluster, region, account or partition (the cluster was recreated, the policy was copied), a key is mistyped, or the role trusts another principal alone, as roles of nodes do.',
        rules: [
          ...['service-account-role-not-trusting', 'trust-key-issuer-mismatch', 'trust-provider-missing'],
          ...['role-trusts-dead-cluster', 'trust-provider-foreign'],
        ],
        messages: {
          'service-account-role-not-trusting': [
            ...['missingOrNoOidc', 'elsewhere', 'noStatement', 'otherPrincipal', 'otherCluster', 'keyAbsent'],
          ],
        },
        tell: 'In the same policy, the id after /id/ in Federated and in each key is not the one of aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer, or the account in Federated is not that of the role.',
        likelier: ['other-partition', 'other-cluster'],
        decisive: ['provider-without-arn', 'subject-as-audience', 'trusts-service'],
      },
      {
        text: 'The condition on the audience excludes the audience of the token.',
        rules: ['trust-audience-impossible', 'service-account-audience-refused'],
        tell: 'In the same policy, :aud is not sts.amazonaws.com.',
      },
      {
        text: 'The action is not sts:AssumeRoleWithWebIdentity.',
        rules: ['trust-action-wrong', 'service-account-role-not-trusting'],
        messages: { 'service-account-role-not-trusting': ['otherAction'] },
        tell: 'In the same policy, Action is sts:AssumeRole.',
        decisive: ['other-action'],
      },
      {
        text: 'Tests contradict, deny, or have expired.',
        rules: ['trust-never-matches', 'trust-condition-expired', 'service-account-role-not-trusting'],
        messages: { 'service-account-role-not-trusting': ['denied'] },
        tell: 'In the same policy, another condition or a Deny applies: irsa-auditor lint <file> decides it.',
      },
      {
        text: 'The role was deleted, or the annotation names a role that never existed.',
        rules: ['service-account-role-missing'],
        tell: 'aws iam get-role --role-name <role> finds nothing.',
        decisive: ['role-changed'],
      },
      {
        text: 'It is another role than that of the annotation: the program asked with its token for a second role, one of its own configuration (assumeRole, role_arn), which does not trust the provider; a new version of a program may begin to do so. Let it assume that role with the session of its own, or let that role trust the provider.',
        rules: ['service-account-second-role'],
        likelier: ['after-update'],
        tell: 'AWS_ROLE_ARN in the container is not the role of the refused call in CloudTrail (requestParameters.roleArn).',
      },
      isOlderThanAssociation,
      {
        text: 'A resource control policy denies it (read with --control-policies), or the policy of the VPC endpoint for STS, which this audit does not read.',
        rules: ['role-denied-by-rcp', 'trust-undecidable'],
        tell: 'All of the above is right; aws organizations list-policies --filter RESOURCE_CONTROL_POLICY lists one, or aws ec2 describe-vpc-endpoints shows a policy of the endpoint for STS.',
      },
    ],
    unless: ['sts-organization-deny', 'sts-endpoint-deny', 'service-self-assume', 'sts-not-authorized-of-login'],
    unconfirmed: 'Whether a role that does not exist gives the same text is not documented.',
  },
  {
    id: 'sts-organization-deny',
    from: 'sts',
    sample:
      'AccessDenied: User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: <role ARN> with an explicit deny in a resource control policy',
    patterns: [/AssumeRoleWithWebIdentity.{0,300}explicit deny in an? (resource|service) control policy/i],
    says: 'A policy of the organization denies the call. For web identities this is a resource control policy (RCP) on the AWS account of the role. The trust policy is not the cause, and changing it does not help.',
    causes: [
      {
        text: 'An RCP denies sts:AssumeRoleWithWebIdentity for issuers, audiences or subjects that it does not list: the administrator of the organization must add this cluster. With --control-policies, run as the management account or a delegated administrator, scan and explain read RCPs.',
        rules: ['role-denied-by-rcp'],
        tell: 'The policy of aws organizations list-policies --filter RESOURCE_CONTROL_POLICY names issuers, audiences or subjects.',
      },
      {
        text: 'An RCP that denies principals outside of the organization by aws:PrincipalOrgID also denies web identities: they do not have this key. It needs an exception for sts:AssumeRoleWithWebIdentity of your providers.',
        rules: ['role-denied-by-rcp'],
        tell: 'The policy tests aws:PrincipalOrgID.',
      },
    ],
  },
  {
    id: 'sts-endpoint-deny',
    from: 'sts',
    sample:
      'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity with an explicit deny in a VPC endpoint policy',
    patterns: [/AssumeRoleWithWebIdentity.{0,300}(explicit deny in a|because no) VPC endpoint policy/i],
    says: 'The policy of the VPC endpoint for STS refuses the call. The trust policy is not the cause.',
    causes: [
      {
        text: 'The endpoint policy does not allow sts:AssumeRoleWithWebIdentity, or tests a principal: the call has no AWS principal, so the statement needs Principal "*". scan --network reads it.',
        rules: ['cluster-sts-unreachable'],
      },
    ],
  },
  {
    id: 'sts-audience-of-api-token',
    from: 'sts',
    sample:
      'AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/kubernetes.io/serviceaccount/token: InvalidIdentityToken: Incorrect token audience',
    patterns: [
      /kubernetes\.io[\\/]serviceaccount[\\/]token.{0,400}incorrect token audience/i,
      /incorrect token audience.{0,400}kubernetes\.io[\\/]serviceaccount[\\/]token/i,
    ],
    says: 'The program sent the token for the Kubernetes API, whose audience is the API server. The provider and the role are not the cause.',
    causes: [
      {
        text: 'AWS_WEB_IDENTITY_TOKEN_FILE was set by hand to the token of the API server. Remove both variables, annotate the service account, restart the pods: the webhook mounts a token for STS.',
        rules: ['pod-container-uncovered', 'pod-not-injected'],
        tell: 'The variable names a path under kubernetes.io and not under eks.amazonaws.com.',
      },
    ],
  },
  {
    id: 'sts-audience-of-pod-identity-token',
    from: 'sts',
    sample:
      'AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token: InvalidIdentityToken: Incorrect token audience',
    patterns: [
      /eks-pod-identity-token.{0,400}incorrect token audience/i,
      /incorrect token audience.{0,400}(eks-pod-identity-token|pods\.eks\.amazonaws\.com)/i,
      /pods\.eks\.amazonaws\.com.{0,400}incorrect token audience/i,
      /web_?identity_?token_?file["']?\W{1,10}\S{0,80}eks-pod-identity-token/i,
    ],
    says: 'The program sent the token of EKS Pod Identity to STS. That token is for the agent of the node, and its audience is pods.eks.amazonaws.com.',
    causes: [
      {
        text: 'A profile or a variable names the token as web_identity_token_file: remove it. An SDK that supports Pod Identity uses AWS_CONTAINER_CREDENTIALS_FULL_URI by itself.',
        rules: ['pod-container-uncovered'],
        tell: 'The path has pods.eks.amazonaws.com.',
      },
    ],
  },
  {
    id: 'sts-audience',
    from: 'sts',
    sample: 'InvalidIdentityToken: Incorrect token audience',
    patterns: [/incorrect token audience/i],
    unless: ['sts-audience-of-api-token', 'sts-audience-of-pod-identity-token', 'sts-audience-of-login'],
    says: 'The audience of the token is not in the client ID list of the OIDC provider.',
    causes: audienceCauses,
  },
  {
    id: 'sts-thumbprint',
    from: 'sts',
    sample: "InvalidIdentityToken: OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
    patterns: [/https certificate does(n['’]?t| not) match configured thumbprint/i],
    says: 'STS checked the certificate of the issuer against the thumbprints of the provider. No certificate of the chain matches.',
    causes: [
      {
        text: 'The provider has the thumbprint of another certificate: the one of the server or of an intermediate, of another host, or of a chain that was renewed since. Set it again: aws iam update-open-id-connect-provider-thumbprint.',
        rules: [
          ...['provider-thumbprint-mismatch', 'provider-thumbprint-not-root', 'provider-thumbprint-stale'],
          'issuer-certificate-expiring',
        ],
        tell: 'openssl s_client -showcerts -connect <host of the issuer>:443 has no certificate with the SHA-1 of aws iam get-open-id-connect-provider --query ThumbprintList.',
      },
      {
        text: 'The issuer has a certificate of a private CA that the server does not send, or a proxy that inspects TLS is in front of it. Let the server send the whole chain.',
        rules: ['issuer-certificate-untrusted'],
        tell: 'The issuer is not one of EKS; openssl s_client -showcerts shows the certificate of the server alone, or an issuer of your own.',
      },
    ],
    unconfirmed:
      'AWS says that it does not use thumbprints for an issuer with a publicly trusted certificate; CloudTrail shows the verification method.',
  },
  {
    id: 'sts-verification-key',
    from: 'sts',
    sample:
      "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    patterns: [/could(n['’]?t| not) retrieve verification key from your identity provider/i],
    says: 'STS could not read the key that signed the token from the issuer, or the issuer has no such key.',
    causes: [
      {
        text: 'A passing fault or throttling at the issuer: a retry helps.',
        rules: ['issuer-unreachable'],
        tell: 'The next call succeeds.',
      },
      {
        text: 'The token is from a cluster that was deleted or recreated: its keys are gone.',
        rules: ['provider-orphaned', 'role-trusts-dead-cluster'],
        tell: 'aws eks describe-cluster shows another issuer than the token of the pod, or finds no cluster.',
      },
      {
        text: 'The discovery document or the keys of a self-hosted issuer are not public (a bucket of S3 that blocks public access), lack the key that signs since a rotation, are wrong, slow (over 5 s) or too many (over 100).',
        rules: ['issuer-discovery-invalid', 'issuer-unreachable'],
        tell: 'The issuer is not one of EKS; curl <issuer>/.well-known/openid-configuration and the jwks_uri in it from outside show the fault, or no key with the kid of the token.',
        decisive: ['own-issuer'],
      },
    ],
    transient: true,
    unconfirmed: 'CloudTrail does not log this one.',
  },
  {
    id: 'sts-idp-communication',
    from: 'sts',
    sample:
      'IDPCommunicationError: The request could not be fulfilled because the identity provider could not be reached',
    patterns: [/(?<!openid)idpcommunicationerror/i],
    says: 'STS could not reach the issuer, or it answered too slowly.',
    causes: [
      {
        text: 'A passing fault at the issuer: SDKs retry it.',
        rules: ['issuer-unreachable'],
        tell: 'The next call succeeds.',
      },
      {
        text: 'A self-hosted issuer is not reachable from the internet.',
        rules: ['issuer-unreachable', 'issuer-discovery-invalid'],
        tell: 'curl <issuer>/.well-known/openid-configuration from outside of the network fails.',
      },
    ],
    transient: true,
  },
  {
    id: 'sts-idp-rejected',
    from: 'sts',
    sample: 'IDPRejectedClaim: The identity provider reported that authentication failed',
    patterns: [/idprejectedclaim/i],
    says: 'The identity provider rejected the token or one of its claims.',
    causes: [
      {
        text: 'The cluster was deleted or its keys were replaced.',
        rules: ['provider-orphaned', 'issuer-discovery-invalid'],
      },
    ],
  },
];
