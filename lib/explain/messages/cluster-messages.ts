import type { KnownMessage } from './known-message.ts';
import { besideEachOther } from './text-pattern.ts';

/** Messages of the webhook, and of IAM and tools that set roles up. */
export const clusterMessages: readonly KnownMessage[] = [
  {
    id: 'webhook-certificate',
    by: 'the Kubernetes API server',
    sample:
      'Failed calling webhook, failing open iam-for-pods.amazonaws.com: failed to call webhook: x509: certificate signed by unknown authority',
    texts: ['failed calling webhook*{webhook}*x509:', 'failed calling webhook*{webhook}*certificate'],
    says: "The API server does not trust the certificate of the pod identity webhook. With 'failing open' the pod is created without token and variables, and uses the role of the node.",
    causes: ['webhook-ca'],
  },
  {
    id: 'webhook-version',
    by: 'the Kubernetes API server',
    sample:
      'failed calling webhook "iam-for-pods.amazonaws.com": expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview',
    texts: [
      'failed calling webhook*{webhook}*AdmissionReview',
      'failed calling webhook*{webhook}*expected webhook response',
    ],
    says: 'The webhook answers in another version than the API server asked for, so its answer is dropped and pods are not injected.',
    causes: ['webhook-version'],
    unless: ['webhook-certificate'],
  },
  {
    id: 'webhook-call-failed',
    by: 'the Kubernetes API server',
    sample:
      'failed calling webhook "pod-identity-webhook.amazonaws.com": Post "https://pod-identity-webhook.kube-system.svc:443/mutate": dial tcp 10.100.0.7:443: connect: connection refused',
    texts: ['failed calling webhook*{webhook}'],
    says: 'The API server could not call the pod identity webhook. With failurePolicy Ignore pods are created without token and variables; with Fail they are not created.',
    causes: ['webhook-down', 'webhook-ca', 'pod-not-injected'],
    unless: ['webhook-certificate', 'webhook-version'],
  },
  {
    id: 'webhook-not-mutated',
    by: 'the pod identity webhook',
    sample:
      'Pod was not mutated. Reason: Service account did not have the right annotations or was not found in the cache.',
    texts: [
      'pod was not mutated. reason: service account did not have the right annotations',
      'pod was not mutated*service account did not have the right annotations',
    ],
    says: 'The webhook was called for the pod and left it as it is: at that moment it knew no role for its service account.',
    causes: ['no-role', 'pod-not-injected', 'webhook-down', 'annotation-mistyped', 'pods-as-other-account'],
  },
  {
    id: 'webhook-not-found',
    by: 'the Kubernetes API server',
    sample: 'mutatingwebhookconfigurations.admissionregistration.k8s.io "pod-identity-webhook" not found',
    texts: ['"pod-identity-webhook" not found'],
    says: 'The cluster has no configuration of the webhook that gives annotated pods their role: pods that are made now get none.',
    causes: ['webhook-missing'],
  },
  {
    id: 'webhook-no-certificate',
    by: 'a self-hosted pod identity webhook',
    sample: 'TLS handshake error: no serving certificate available for the webhook, is the CSR approved?',
    texts: [
      ...['no serving certificate available for the webhook', 'waiting for CSR to be created'],
      ...['requesting a signed certificate*signerName', 'cannot create certificate signing request*signerName'],
    ],
    says: 'The self-hosted webhook has no certificate to serve with, so the API server cannot call it, and pods are made without a role.',
    causes: ['webhook-down'],
  },
  {
    id: 'webhook-bad-certificate',
    by: 'a self-hosted pod identity webhook',
    sample:
      'http: TLS handshake error from 10.0.0.1:45664: remote error: tls: bad certificate (log of pod-identity-webhook)',
    texts: besideEachOther('pod-identity-webhook', 'tls: bad certificate'),
    says: 'A client of the self-hosted webhook does not accept its certificate. Where the API server is the client, pods are made without a role; the address in the log says who it is.',
    causes: ['webhook-ca', 'webhook-scraped'],
  },
  {
    id: 'webhook-drops-fields',
    by: 'the Kubernetes API server',
    sample:
      'Pod "<name>" is invalid: spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    texts: ['may not be set for init containers without restartPolicy=Always'],
    says: 'A mutating webhook dropped restartPolicy of an init container (a sidecar of Kubernetes 1.28), so that the API server refuses the pod.',
    causes: ['webhook-drops-fields'],
  },
  {
    id: 'eksctl-addon-role-ignored',
    by: 'eksctl',
    sample:
      'IAM permissions are not required for "vpc-cni" addon; any IRSA configuration or pod identity associations will be ignored',
    texts: ['iam permissions are not required for*addon; any irsa configuration'],
    says: 'This version of eksctl thinks that the add-on needs no role, and leaves out the one of the configuration.',
    causes: ['addon-role'],
  },
  {
    id: 'eksctl-no-provider',
    by: 'eksctl',
    sample: "no IAM OIDC provider associated with cluster, try 'eksctl utils associate-iam-oidc-provider'",
    texts: [
      ...['no iam oidc provider associated with cluster', 'iamserviceaccount(s) without iam oidc provider enabled'],
      'oidc is disabled but policies are required',
    ],
    says: 'The AWS account has no OIDC provider for the issuer of the cluster, so eksctl creates no roles for service accounts.',
    causes: ['provider-missing', 'provider-url'],
    isSymptom: true,
  },
  {
    id: 'eksctl-no-tasks',
    by: 'eksctl',
    sample: '1 iamserviceaccount (<namespace>/<name>) was excluded (based on the include/exclude rules), no tasks',
    texts: [
      ...['iamserviceaccount (*was excluded', 'iamserviceaccounts (*were excluded'],
      'existing iamserviceaccount(s) (*will be excluded',
    ],
    says: 'eksctl left the service account as it is: its CloudFormation stack exists already, or the service account does. It does not look whether the two belong together.',
    causes: ['eksctl-keeps-account', 'account-gone'],
  },
  {
    id: 'eks-login-provider',
    by: 'EKS',
    sample:
      'AssociateIdentityProviderConfig: The Identity Provider URL cannot be same as OpenID Connect (OIDC) issuer URL',
    texts: [
      ...['identity provider url cannot be same as', 'identity provider url cannot be the same as'],
      ...['AssociateIdentityProviderConfig*InvalidParameter', 'AssociateIdentityProviderConfig*ResourceInUse'],
    ],
    says: 'An identity provider configuration of EKS is for logins of people to the API of Kubernetes. Roles for service accounts use the OIDC provider of IAM.',
    causes: ['provider-missing'],
  },
  {
    id: 'iam-provider-exists',
    by: 'IAM',
    sample: 'EntityAlreadyExists: Provider with url <issuer> already exists.',
    texts: [
      ...['provider with url*already exists', 'entityalreadyexists*oidc provider'],
      'creating iam oidc provider*entityalreadyexists',
    ],
    says: 'The AWS account already has an OIDC provider with this URL; an account can have only one for each URL. A role can use it as it is.',
    causes: ['provider-exists', 'provider-audience', 'thumbprint'],
  },
  {
    id: 'iam-provider-unreachable',
    by: 'IAM',
    sample:
      'OpenIdIdpCommunicationError: The request failed because IAM cannot connect to the OpenID Connect identity provider URL',
    texts: ['openididpcommunicationerror', 'iam cannot connect to the openid connect identity provider'],
    says: 'IAM could not connect to the issuer when the OIDC provider was created without a thumbprint: it then reads the certificate of the issuer. No provider was created.',
    causes: ['issuer-not-public', 'passing-fault', 'provider-url'],
    transient: true,
  },
  {
    id: 'iam-provider-denied',
    by: 'IAM',
    sample: 'User: <ARN> is not authorized to perform: iam:CreateOpenIDConnectProvider',
    texts: [
      'not authorized to perform: iam:CreateOpenIDConnectProvider',
      'not authorized to perform: iam:GetOpenIDConnectProvider',
      'not authorized to perform: iam:TagOpenIDConnectProvider',
      'not authorized to perform: iam:DeleteOpenIDConnectProvider',
      'not authorized to perform: iam:ListOpenIDConnectProviders',
      'not authorized to perform: iam:UpdateOpenIDConnectProvider',
    ],
    says: 'The person or pipeline that manages the OIDC provider has no permission for it. No pod is involved.',
    causes: ['caller-denied'],
  },
  {
    id: 'iam-provider-input',
    by: 'IAM',
    sample: 'InvalidInput: Thumbprint list must contain fewer than 5 entries.',
    texts: [
      ...['thumbprint list must contain fewer than', "at 'thumbprintList*failed to satisfy constraint"],
      ...['invalid open id connect provider url', 'invalid openid connect provider url'],
    ],
    says: 'IAM refused the values of an OIDC provider when it was created or changed.',
    causes: ['thumbprint', 'provider-url'],
  },
  {
    id: 'iam-provider-gone',
    by: 'IAM',
    sample: 'NoSuchEntity: OpenIDConnect Provider not found for arn <provider ARN>',
    texts: ['openidconnect provider not found for arn'],
    says: 'The OIDC provider with this ARN does not exist in the AWS account.',
    causes: ['provider-missing', 'trust-provider'],
  },
  {
    id: 'iam-provider-quota',
    by: 'IAM',
    sample: 'LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    texts: ['quota for OpenIdConnectProvidersPerAccount'],
    says: 'The AWS account has as many OIDC providers as its quota allows: none can be created for another cluster.',
    causes: ['provider-orphaned', 'provider-quota'],
  },
  {
    id: 'iam-trust-is-permissions',
    by: 'IAM',
    sample: 'MalformedPolicyDocument: Has prohibited field Resource',
    texts: [
      ...['has prohibited field resource', 'has prohibited field notresource'],
      'assumerole policy may only specify sts assumerole actions',
    ],
    says: 'IAM got a trust policy with what only a permission policy has (a Resource, or actions of other services); it was not saved.',
    causes: ['not-a-trust-policy'],
  },
  {
    id: 'iam-federated-principal',
    by: 'IAM',
    sample: 'MalformedPolicyDocument: Federated principals must be valid domain names or SAML metadata ARNs',
    texts: [
      ...['invalid principal in policy: "federated', 'invalid principal in policy: \\"federated'],
      'federated principals must be valid domain names',
    ],
    says: 'The Federated principal of a trust policy is no ARN of an OIDC provider, so IAM did not save the policy.',
    causes: ['trust-provider', 'provider-missing'],
  },
  {
    id: 'iam-principal-absent',
    by: 'IAM',
    sample: 'MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::<account>:role/<role>"',
    texts: ['invalid principal in policy: "AWS', 'invalid principal in policy: \\"AWS'],
    says: 'IAM takes a policy only if each role and user that it names as principal exists.',
    causes: ['principal-missing', 'trust-provider'],
  },
  {
    id: 'sts-malformed-policy',
    by: 'IAM, STS',
    sample: 'MalformedPolicyDocument: The policy is not valid',
    texts: ['malformedpolicydocument'],
    says: 'A policy was refused: a trust policy when it was saved, or the session policy of a call.',
    causes: ['not-a-trust-policy', 'trust-provider'],
    unless: ['iam-federated-principal', 'iam-trust-is-permissions', 'iam-principal-absent'],
  },
  {
    id: 'iam-trust-size',
    by: 'IAM',
    sample: 'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    texts: ['quota for ACLSizePerRole'],
    says: 'The trust policy is longer than the quota of the AWS account; it was not saved.',
    causes: ['trust-size', 'not-a-trust-policy'],
  },
];
