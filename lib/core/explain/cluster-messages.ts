import type { KnownMessage } from './known-message.ts';

/** What Kubernetes, its add-ons and IAM say of things that IRSA is built on, before a pod asks STS (docs/facts.md §C.4). */
export const clusterMessages: readonly KnownMessage[] = [
  {
    id: 'webhook-call-failed',
    from: 'cluster',
    sample:
      'Failed calling webhook, failing open iam-for-pods.amazonaws.com: failed to call webhook: x509: certificate signed by unknown authority',
    patterns: [/failed calling webhook.{0,40}(iam-for-pods\.amazonaws\.com|pod-identity-webhook)/i],
    says: "The API server could not ask the pod identity webhook. With 'failing open' the pod is made all the same, without token and variables, and uses the role of the node.",
    causes: [
      {
        text: 'The certificate authority in the configuration of the webhook is not the one of the cluster, or has ended (x509).',
        rules: ['webhook-ca-mismatch', 'webhook-invalid'],
      },
      {
        text: 'The configuration names a wrong address, or the webhook that you run yourself does not answer.',
        rules: ['webhook-invalid'],
      },
      { text: 'Pods that were made meanwhile stay without: restart them.', rules: ['pod-not-injected'] },
    ],
  },
  {
    id: 'kubelet-token-refused',
    from: 'cluster',
    sample: 'MountVolume.SetUp failed for volume "aws-iam-token" : failed to fetch token',
    patterns: [/mountvolume\.setup failed for volume \W{0,2}aws-iam-token/i],
    says: 'The webhook did its part, but the kubelet gets no token of the service account from the API server: the pod does not start.',
    causes: [
      { text: 'The service account no longer exists.', rules: ['pod-service-account-gone'] },
      { text: 'A passing fault of the API server: the kubelet tries again.', rules: [] },
      { text: 'The API server of a self-hosted cluster does not issue such tokens (TokenRequest).', rules: [] },
    ],
    transient: true,
  },
  {
    id: 'annotation-missing',
    from: 'cluster',
    sample: 'An IAM role must be associated with service account <name> (namespace: <namespace>)',
    patterns: [/an iam role must be associated with service account/i],
    says: 'The program (the Secrets Store CSI provider, External Secrets) reads the annotation of the service account that it names itself, and found none. The webhook has no part in it.',
    causes: [
      {
        text: 'That service account, not the one of the program, needs eks.amazonaws.com/role-arn; it is missing or mistyped.',
        rules: ['service-account-annotation-mistyped'],
      },
      {
        text: 'The pod, or the reference in the secret store, names another service account than the annotated one.',
        rules: [],
      },
      {
        text: 'The service account has a Pod Identity association instead, and the program is set up for IRSA.',
        rules: [],
      },
    ],
  },
  {
    id: 'kubernetes-token-missing',
    from: 'cluster',
    sample: 'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
    patterns: [
      /kubernetes\.io[\\/]serviceaccount[\\/]token.{0,80}(no such file|permission denied|cannot find|enoent)/i,
      /(no such file|permission denied|enoent).{0,80}kubernetes\.io[\\/]serviceaccount[\\/]token/i,
    ],
    says: 'This is the token for the API of Kubernetes. That for AWS lies under eks.amazonaws.com: IRSA is not at fault.',
    causes: [
      { text: 'automountServiceAccountToken: false on the service account or the pod.', rules: [] },
      {
        text: 'If an SDK of AWS says it, AWS_WEB_IDENTITY_TOKEN_FILE was set by hand to the wrong file.',
        rules: ['pod-container-uncovered'],
      },
    ],
  },
  {
    id: 'iam-provider-quota',
    from: 'cluster',
    sample: 'LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100',
    patterns: [/quota for OpenIdConnectProvidersPerAccount/i],
    says: 'The account has as many OIDC providers as it may: none can be made for another cluster.',
    causes: [
      { text: 'Providers of clusters that are gone are still there: delete them.', rules: ['provider-orphaned'] },
      { text: 'There are that many clusters: the quota can be raised.', rules: ['provider-quota-near'] },
    ],
  },
  {
    id: 'iam-trust-size',
    from: 'cluster',
    sample: 'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    patterns: [/quota for ACLSizePerRole/i],
    says: 'The trust policy is longer than the account allows; it was not saved.',
    causes: [
      { text: 'It trusts clusters that are gone.', rules: ['role-trusts-dead-cluster', 'trust-provider-missing'] },
      {
        text: 'It trusts many clusters or accounts: raise the quota, or make more roles. A wildcard would let others in.',
        rules: ['trust-size-near-limit'],
      },
    ],
  },
];
