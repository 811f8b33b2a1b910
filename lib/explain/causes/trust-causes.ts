import type { CauseText } from './cause.ts';

/** The trust policy of the role, the provider in IAM, and the issuer behind it. */
export const trustCauses = {
  'trust-subject': {
    says: 'The subject in the trust policy is not this namespace and service account: another name or namespace, a typing error, or a wildcard under StringEquals, which takes * literally (StringLike does not).',
    tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument: its :sub is not system:serviceaccount:<namespace>:<name> of the pod.',
    fix: 'Write system:serviceaccount:<namespace>:<name> of the account that the pod runs as into the condition on :sub.',
    rules: [
      'service-account-role-not-trusting',
      'trust-subject-literal-wildcard',
      'trust-subject-malformed',
      'trust-subject-unknown-service-account',
      'pod-role-not-trusting',
    ],
    messages: { 'service-account-role-not-trusting': ['elsewhere', 'conditionFails'] },
  },
  'trust-provider': {
    says: 'The trust policy does not trust the provider of this cluster: Federated or a condition key names another cluster, region, account or partition, a key is mistyped, or another principal alone is trusted.',
    tell: 'In the trust policy, the id after /id/ in Federated and in each key is not the one of aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer.',
    fix: 'Write the provider of this cluster into Federated, and its issuer without https:// into both condition keys (<issuer>:sub, <issuer>:aud).',
    rules: [
      'service-account-role-not-trusting',
      'trust-key-issuer-mismatch',
      'trust-provider-missing',
      'trust-provider-foreign',
      'role-trusts-dead-cluster',
    ],
    messages: {
      'service-account-role-not-trusting': [
        ...['missingOrNoOidc', 'noStatement', 'otherPrincipal', 'otherCluster', 'keyAbsent'],
      ],
    },
  },
  'trust-audience': {
    says: 'The condition on the audience in the trust policy excludes the audience of the token.',
    tell: 'In the trust policy, :aud is not sts.amazonaws.com.',
    fix: 'Test <issuer>:aud for sts.amazonaws.com.',
    rules: ['trust-audience-impossible', 'service-account-audience-refused'],
  },
  'trust-action': {
    says: 'The statement of the trust policy allows another action than sts:AssumeRoleWithWebIdentity, or a misspelt one.',
    tell: 'In the trust policy, Action is sts:AssumeRole.',
    fix: 'Set Action to sts:AssumeRoleWithWebIdentity.',
    rules: ['trust-action-wrong', 'service-account-role-not-trusting'],
    messages: { 'service-account-role-not-trusting': ['otherAction'] },
  },
  'trust-contradicts': {
    says: 'The conditions of the trust policy exclude each other, deny, or have expired: several issuers in one statement, an operator written twice, a Deny.',
    tell: 'irsa-auditor lint <file> of the trust policy says which condition no token meets.',
    fix: 'Write one statement for each provider, each operator once, several subjects as a list.',
    rules: ['trust-never-matches', 'trust-condition-expired', 'service-account-role-not-trusting'],
    messages: { 'service-account-role-not-trusting': ['denied'] },
  },
  'not-a-trust-policy': {
    says: 'The document is no valid trust policy: it has what a permission policy has (Resource, actions of other services), or an element that IAM refuses.',
    tell: 'It has Resource, or no Principal.',
    fix: 'Put permissions into a policy of their own (aws iam create-policy, attach-role-policy). A trust policy has Principal, sts:AssumeRoleWithWebIdentity, and conditions on :sub and :aud.',
    rules: ['trust-policy-unparseable'],
  },
  'principal-missing': {
    says: 'The policy names a role or a user as principal that does not exist (yet), such as the role itself while it is created.',
    tell: 'aws iam get-role of the named principal finds nothing.',
    fix: 'Create the role first and name it in a second step, or name its account (arn:aws:iam::<account>:root) and the role in a condition on aws:PrincipalArn.',
  },
  'trust-size': {
    says: 'The trust policy is longer than the quota (ACLSizePerRole): it trusts many clusters or service accounts, some of them gone.',
    tell: 'aws iam get-role --query Role.AssumeRolePolicyDocument lists clusters that aws eks list-clusters does not have.',
    fix: 'Remove the statements of deleted clusters, raise the quota, or create more roles. EKS Pod Identity needs one statement for all clusters.',
    rules: ['trust-size-near-limit', 'role-trusts-dead-cluster', 'trust-provider-missing'],
  },
  'trust-open': {
    says: 'The trust policy tests no subject, or one that matches more than the service account: others can take the role.',
    tell: 'The trust policy has no condition on :sub, or one with a wildcard that spans namespaces.',
    fix: 'Test system:serviceaccount:<namespace>:<name> under StringEquals, and the audience sts.amazonaws.com.',
    rules: [
      'trust-any-subject',
      'trust-any-namespace',
      'trust-any-service-account-in-namespace',
      'trust-condition-vacuous',
    ],
  },
  'control-policy': {
    says: 'A policy of the organization (a resource control policy, a service control policy) denies the call.',
    tell: 'aws organizations list-policies --filter RESOURCE_CONTROL_POLICY shows one that names issuers, audiences or aws:PrincipalOrgID.',
    fix: 'Let the administrator of the organization add this issuer, or exempt sts:AssumeRoleWithWebIdentity. The trust policy is not the cause. scan --control-policies reads them.',
    rules: ['role-denied-by-rcp'],
    unseen: 'service control policies',
  },
  'endpoint-policy': {
    says: 'The policy of the VPC endpoint for STS refuses the call. The trust policy is not the cause.',
    tell: 'aws ec2 describe-vpc-endpoints shows a policy without sts:AssumeRoleWithWebIdentity, or one that tests a principal: the call has none.',
    fix: 'Allow sts:AssumeRoleWithWebIdentity with Principal "*" in the policy of the endpoint.',
    rules: ['cluster-sts-unreachable'],
    unseen: 'the policies of VPC endpoints',
  },
  'provider-missing': {
    says: 'The AWS account of the role has no OIDC provider for the issuer of the token: EKS does not create it with the cluster, and a recreated cluster has a new issuer.',
    tell: 'aws iam list-open-id-connect-providers in the account of the role lacks the id of aws eks describe-cluster --query cluster.identity.oidc.issuer.',
    fix: 'eksctl utils associate-iam-oidc-provider --cluster <cluster> --approve, or aws iam create-open-id-connect-provider, in the account of the role.',
    rules: [
      'cluster-provider-missing',
      'service-account-role-account-lacks-provider',
      'provider-orphaned',
      'role-trusts-dead-cluster',
    ],
  },
  'provider-url': {
    says: 'The URL of the provider is not the issuer: a slash at its end, upper case, a missing https://, the dual-stack name oidc-eks.<region>.api.aws, or empty because the cluster has no issuer.',
    tell: 'aws iam get-open-id-connect-provider --query Url differs from cluster.identity.oidc.issuer of aws eks describe-cluster.',
    fix: 'Create the provider with the issuer of aws eks describe-cluster, and name that one in Federated and in the condition keys.',
    rules: ['provider-url-mismatch'],
  },
  'provider-exists': {
    says: 'Another tool created the provider of this URL already; an account can have one for each URL.',
    tell: 'aws iam list-open-id-connect-providers has it.',
    fix: 'Import it, or refer to it instead of creating it; check that sts.amazonaws.com is in its client ID list.',
  },
  'provider-orphaned': {
    says: 'Providers of deleted clusters are left in the AWS account.',
    tell: 'aws iam list-open-id-connect-providers has more ids than aws eks list-clusters has clusters.',
    fix: 'aws iam delete-open-id-connect-provider for each that no role trusts; let the tool that deletes a cluster delete its provider.',
    rules: ['provider-orphaned', 'provider-quota-near'],
  },
  'provider-quota': {
    says: 'The AWS account has as many OIDC providers as its quota allows.',
    tell: 'aws iam list-open-id-connect-providers counts 100, or the quota that was raised.',
    fix: 'Raise the quota (Service Quotas, IAM), or delete the providers of deleted clusters.',
    rules: ['provider-quota-near'],
  },
  'provider-audience': {
    says: 'The audience of the token is not in the client ID list of the provider: it lacks sts.amazonaws.com, or has something similar.',
    tell: 'aws iam get-open-id-connect-provider --open-id-connect-provider-arn <ARN> --query ClientIDList lacks sts.amazonaws.com.',
    fix: 'aws iam add-client-id-to-open-id-connect-provider --client-id sts.amazonaws.com',
    rules: ['provider-audience-missing', 'service-account-audience-refused'],
  },
  'account-audience': {
    says: 'The service account asks for another audience with eks.amazonaws.com/audience.',
    tell: 'kubectl get serviceaccount <name> --output yaml has eks.amazonaws.com/audience.',
    fix: 'Remove the annotation, then restart the pods.',
    rules: ['service-account-audience-refused'],
  },
  thumbprint: {
    says: 'The thumbprint of the provider is that of another certificate: of the server, an intermediate, a proxy, or a chain that was renewed.',
    tell: 'openssl s_client -showcerts -connect <host of the issuer>:443 has no certificate with the SHA-1 of aws iam get-open-id-connect-provider --query ThumbprintList.',
    fix: 'aws iam update-open-id-connect-provider-thumbprint with the SHA-1 of the last certificate that the issuer sends.',
    rules: [
      'provider-thumbprint-mismatch',
      'provider-thumbprint-not-root',
      'provider-thumbprint-stale',
      'issuer-certificate-expiring',
    ],
  },
  'issuer-certificate': {
    says: 'The issuer has a certificate of a private CA, does not send the whole chain, or a proxy that inspects TLS is in front of it.',
    tell: 'openssl s_client -showcerts shows the certificate of the server alone, or an issuer of your own.',
    fix: 'Let the server send the whole chain of a public CA.',
    rules: ['issuer-certificate-untrusted'],
  },
  'issuer-gone': {
    says: 'The token is from a cluster that was deleted or recreated: its issuer or its keys are gone.',
    tell: 'aws eks describe-cluster shows another issuer than the token of the pod, or finds no cluster.',
    fix: 'Restart the pods in the new cluster, and name its provider in the trust policies.',
    rules: ['provider-orphaned', 'role-trusts-dead-cluster', 'issuer-unreachable'],
  },
  'issuer-not-public': {
    says: 'A self-hosted issuer is not reachable from the internet, or its discovery document or keys are not public, wrong, or lack the key that signs.',
    tell: 'curl <issuer>/.well-known/openid-configuration, and the jwks_uri in it, fail from outside of the network.',
    fix: 'Publish the discovery document and the keys (a public bucket of S3), and set the public URL as --service-account-issuer of the API server.',
    rules: ['issuer-discovery-invalid', 'issuer-unreachable'],
  },
  'passing-fault': {
    says: 'A passing fault: the issuer or STS was slow, or IAM does not know a change of a moment ago yet.',
    tell: 'The next call succeeds.',
    fix: 'Let the program try again; look further only if it stays.',
    rules: ['issuer-unreachable'],
    unseen: 'the moment of the error',
  },
} as const satisfies Readonly<Record<string, CauseText>>;
