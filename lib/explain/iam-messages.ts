import type { KnownMessage } from './known-message.ts';

const isPermissionPolicy =
  'The document is a permission policy (it has Resource, and actions of S3, EC2 and others): it belongs to a policy of its own (aws iam create-policy, then attach-role-policy). A trust policy has Principal and sts:AssumeRoleWithWebIdentity.';

/** Messages of IAM, and of eksctl about a provider, while a provider or a role is set up (docs/facts.md §B.1, §C.4). */
export const iamMessages: readonly KnownMessage[] = [
  {
    id: 'eksctl-no-provider',
    from: 'cluster',
    sample: "no IAM OIDC provider associated with cluster, try 'eksctl utils associate-iam-oidc-provider'",
    patterns: [
      /no iam oidc provider associated with cluster/i,
      /iamserviceaccount\(s\) without iam oidc provider enabled/i,
      /oidc is disabled but policies are required/i,
    ],
    // an earlier line may say why it was not created
    isSymptom: true,
    says: 'The AWS account has no OIDC provider for the issuer of the cluster, so eksctl creates no roles for service accounts.',
    causes: [
      {
        text: 'The provider was never created: eksctl utils associate-iam-oidc-provider --cluster <name> --approve.',
        rules: ['cluster-provider-missing'],
        tell: 'aws iam list-open-id-connect-providers does not list the issuer of the cluster.',
      },
      {
        text: 'The provider exists in another AWS account, or its URL differs from the issuer.',
        rules: ['provider-url-mismatch'],
        tell: 'aws iam list-open-id-connect-providers lists the id of the issuer with another spelling, or another account has it.',
      },
    ],
  },
  {
    id: 'eks-login-provider',
    from: 'cluster',
    sample:
      'AssociateIdentityProviderConfig: The Identity Provider URL cannot be same as OpenID Connect (OIDC) issuer URL',
    patterns: [
      /AssociateIdentityProviderConfig\b.{0,300}(InvalidParameter|ResourceInUse|AccessDenied|error)/i,
      /identity provider url cannot be (the )?same as (the )?open ?id connect/i,
    ],
    says: 'An identity provider configuration of EKS is for logins of people to the API of Kubernetes. Roles for service accounts do not use it.',
    causes: [
      {
        text: 'The OIDC provider of IAM was meant: remove the configuration (aws_eks_identity_provider_config, cluster_identity_providers), and create the provider in IAM (eksctl utils associate-iam-oidc-provider, enable_irsa = true, aws_iam_openid_connect_provider).',
        rules: ['cluster-provider-missing'],
        tell: 'The URL in the configuration is the issuer of the cluster itself.',
      },
    ],
  },
  {
    id: 'iam-provider-exists',
    from: 'cluster',
    sample: 'EntityAlreadyExists: Provider with url <issuer> already exists.',
    patterns: [
      /entityalreadyexists.{0,80}provider with url|provider with url \S{1,200} already exists/i,
      /\bcreat(?:e|ing)(?: an?| the)?(?: iam)? oidc provider\b.{0,60}entityalreadyexists/i,
    ],
    says: 'The AWS account already has an OIDC provider with this URL; an account can have only one for each URL. A role can use it as it is.',
    causes: [
      {
        text: 'Another tool created it (eksctl, another Terraform state or module, CDK): import it or refer to it instead of creating it.',
        rules: [],
        tell: 'The tags of the provider name the tool.',
      },
      {
        text: 'Check that it is as you need it: sts.amazonaws.com must be in its client ID list.',
        rules: ['provider-audience-missing'],
        tell: 'aws iam get-open-id-connect-provider --open-id-connect-provider-arn <ARN> shows its ClientIDList.',
      },
      {
        text: 'The tool does not take the provider for its own (Cluster API): it compares the URL with https://, which IAM leaves out, or the thumbprint with the one that the issuer has now. Update the tool, or the thumbprint: aws iam update-open-id-connect-provider-thumbprint.',
        rules: ['provider-thumbprint-mismatch', 'provider-thumbprint-not-root'],
        tell: 'irsa-auditor scan compares the thumbprints with the chain that the issuer sends.',
        decisive: ['thumbprint-spoken-of', 'url-compared'],
      },
    ],
  },
  {
    id: 'iam-provider-unreachable',
    from: 'cluster',
    sample:
      'OpenIdIdpCommunicationError: The request failed because IAM cannot connect to the OpenID Connect identity provider URL',
    patterns: [/openididpcommunicationerror/i, /iam cannot connect to the openid connect identity provider/i],
    says: 'IAM could not connect to the issuer when the OIDC provider was created without a thumbprint: it then reads the certificate of the issuer. No provider was created.',
    causes: [
      {
        text: 'The URL of the issuer is mistyped, or its host name is not public.',
        rules: ['issuer-unreachable', 'provider-url-mismatch'],
        tell: 'It differs from aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer.',
      },
      {
        text: 'A self-hosted issuer is not reachable from the internet, or its certificate chain is incomplete.',
        rules: ['issuer-unreachable', 'issuer-discovery-invalid'],
        tell: 'curl of the issuer from outside of the network fails, or openssl s_client shows one certificate alone.',
      },
      {
        text: 'A passing fault: try again, or give a thumbprint.',
        rules: [],
        tell: 'curl of the issuer from outside of the network answers.',
      },
    ],
    transient: true,
  },
  {
    id: 'iam-provider-denied',
    from: 'cluster',
    sample: 'User: <ARN> is not authorized to perform: iam:CreateOpenIDConnectProvider',
    patterns: [/not authorized to perform: iam:\w*OpenIDConnectProvider/i],
    says: 'The person or pipeline that manages the OIDC provider has no permission for it. No pod is involved.',
    causes: [
      {
        text: 'The policies of that user or role, or of its organization, do not allow the action. The end of the message names the policy type.',
        rules: [],
        tell: 'The message ends in "no identity-based policy allows" or "explicit deny in a …".',
      },
      {
        text: 'Until the provider exists, no pod of the cluster gets its role.',
        rules: ['cluster-provider-missing'],
        tell: 'aws iam list-open-id-connect-providers does not list the issuer.',
      },
    ],
  },
  {
    id: 'iam-provider-input',
    from: 'cluster',
    sample: 'InvalidInput: Thumbprint list must contain fewer than 5 entries.',
    patterns: [
      /thumbprint list must contain fewer than/i,
      /at 'thumbprintList.{0,80}failed to satisfy constraint/i,
      /invalid open ?id connect provider url/i,
    ],
    says: 'IAM refused the values of an OIDC provider when it was created or changed.',
    causes: [
      {
        text: 'More than five thumbprints, or one that is not 40 hex digits: the SHA-1 of one certificate is enough.',
        rules: ['provider-thumbprint-not-root', 'provider-thumbprint-mismatch'],
        tell: 'The message names the thumbprint list.',
      },
      {
        text: 'The URL does not begin with https://, or has a port or a query.',
        rules: ['provider-url-mismatch'],
        tell: 'The message names the URL.',
      },
    ],
  },
  {
    id: 'iam-provider-gone',
    from: 'cluster',
    sample: 'NoSuchEntity: OpenIDConnect Provider not found for arn <provider ARN>',
    patterns: [/openidconnect provider not found for arn/i],
    says: 'The OIDC provider with this ARN does not exist in the AWS account.',
    causes: [
      {
        text: 'It was deleted, or the ARN has another account or issuer. Pods of its cluster get no credentials.',
        rules: ['cluster-provider-missing', 'trust-provider-missing'],
        tell: 'aws iam list-open-id-connect-providers does not list it, and the cluster has this issuer.',
      },
      {
        text: 'The cluster was recreated: the ARN has the old issuer.',
        rules: ['role-trusts-dead-cluster'],
        tell: 'aws eks describe-cluster --name <cluster> shows another id than the ARN.',
      },
    ],
  },
  {
    id: 'iam-provider-quota',
    from: 'cluster',
    sample: 'LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    patterns: [/quota for OpenIdConnectProvidersPerAccount/i],
    says: 'The AWS account has as many OIDC providers as its quota allows: none can be created for another cluster.',
    causes: [
      {
        text: 'Providers of deleted clusters still exist: delete them.',
        rules: ['provider-orphaned'],
        tell: 'aws iam list-open-id-connect-providers lists ids that no cluster has.',
      },
      {
        text: 'There are that many clusters: raise the quota.',
        rules: ['provider-quota-near'],
        tell: 'Each provider of the list has a cluster.',
      },
    ],
  },
  {
    id: 'iam-trust-is-permissions',
    from: 'cluster',
    sample: 'MalformedPolicyDocument: Has prohibited field Resource',
    patterns: [
      /has prohibited field (not)?resource/i,
      /assume ?role policy may only specify sts assume ?role actions/i,
    ],
    says: 'IAM got a trust policy with what only a permission policy has (a Resource, or actions of other services); it was not saved.',
    causes: [
      {
        text: isPermissionPolicy,
        rules: [],
        tell: 'irsa-auditor lint <file> says that the document is no trust policy.',
      },
      {
        text: 'One statement of the trust policy has a Resource, or an action that is none of sts:AssumeRoleWithWebIdentity, sts:AssumeRole, sts:TagSession and their like: remove it.',
        rules: ['trust-policy-unparseable'],
        tell: 'The other statements have Principal.',
      },
    ],
  },
  {
    id: 'iam-federated-principal',
    from: 'cluster',
    sample: 'MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs',
    patterns: [/invalid principal in policy: \W{0,3}federated/i, /federated principals must be valid domain names/i],
    says: 'The Federated principal of a trust policy is no ARN of an OIDC provider, so IAM did not save the policy.',
    causes: [
      {
        text: 'A template put another value there: the URL of the issuer, the ARN of the cluster or of a role, an output that is empty, or another partition. Federated is arn:<partition>:iam::<account>:oidc-provider/<issuer without https://>, and the condition keys begin with the issuer without https:// too.',
        rules: ['trust-provider-missing', 'trust-key-issuer-mismatch', 'trust-provider-foreign'],
        tell: 'irsa-auditor lint of the policy as it was sent names the value.',
      },
      {
        text: 'The provider does not exist yet: let the role depend on it.',
        rules: ['cluster-provider-missing'],
        tell: 'aws iam list-open-id-connect-providers does not list the ARN, which is well formed.',
      },
    ],
  },
  {
    id: 'sts-malformed-policy',
    from: 'sts',
    sample: 'MalformedPolicyDocument: The policy is not valid',
    patterns: [/malformedpolicydocument/i],
    unless: ['iam-federated-principal', 'iam-trust-is-permissions', 'trust-text-scheme'],
    says: 'A policy was refused: a trust policy when it was saved, or the session policy of this call.',
    causes: [
      {
        text: 'The trust policy has a principal, a condition or an element that IAM refuses. The rest of the message names it.',
        rules: ['trust-policy-unparseable', 'trust-provider-missing'],
        tell: 'The call in the message is CreateRole or UpdateAssumeRolePolicy.',
      },
      {
        text: 'The program passes a session policy.',
        rules: [],
        tell: 'The call in the message is AssumeRole, not CreateRole or UpdateAssumeRolePolicy.',
      },
    ],
  },
  {
    id: 'iam-trust-size-at-creation',
    from: 'cluster',
    sample: 'Failed to create role <name>. Cannot exceed quota for ACLSizePerRole: 2048',
    patterns: [/(create|creating)( iam)? role.{0,200}quota for ACLSizePerRole/i],
    says: 'The trust policy of a new role is longer than the quota of the AWS account; the role was not created.',
    causes: [
      {
        text: isPermissionPolicy,
        rules: [],
        tell: 'irsa-auditor lint <file> says that the document is no trust policy.',
      },
      {
        text: 'It trusts many clusters or service accounts: raise the quota, or create more roles.',
        rules: ['trust-size-near-limit'],
        tell: 'The document has Principal and no Resource.',
      },
    ],
  },
  {
    id: 'iam-trust-size',
    from: 'cluster',
    sample: 'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    patterns: [/quota for ACLSizePerRole/i],
    unless: ['iam-trust-size-at-creation'],
    says: 'The trust policy is longer than the quota of the AWS account; it was not saved.',
    causes: [
      {
        text: 'It trusts clusters that no longer exist.',
        rules: ['role-trusts-dead-cluster', 'trust-provider-missing'],
        tell: 'Its statements name ids that no cluster has: irsa-auditor scan lists them.',
      },
      {
        text: 'It trusts many clusters or service accounts: raise the quota, or create more roles. A wildcard would trust others too.',
        rules: ['trust-size-near-limit'],
        tell: 'The document has Principal and no Resource.',
        decisive: ['many-subjects'],
      },
    ],
  },
];
