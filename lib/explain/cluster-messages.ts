import type { KnownMessage } from './known-message.ts';

/** Messages of Kubernetes and its add-ons about what IRSA needs, before a pod asks STS (docs/facts.md §C.4). */
export const clusterMessages: readonly KnownMessage[] = [
  {
    id: 'webhook-call-failed',
    from: 'cluster',
    sample:
      'Failed calling webhook, failing open iam-for-pods.amazonaws.com: failed to call webhook: x509: certificate signed by unknown authority',
    patterns: [/failed calling webhook.{0,40}(iam-for-pods\.amazonaws\.com|pod-identity-webhook)/i],
    says: "The API server could not call the pod identity webhook. With 'failing open' the pod is created without token and variables, and uses the role of the node.",
    causes: [
      {
        text: 'The CA certificate in the webhook configuration is not the CA of the cluster, or has expired (x509).',
        rules: ['webhook-ca-mismatch', 'webhook-invalid'],
      },
      {
        text: 'The configuration has a wrong address, or the self-hosted webhook does not answer.',
        rules: ['webhook-invalid'],
      },
      { text: 'Pods that were created meanwhile have no token: restart them.', rules: ['pod-not-injected'] },
    ],
  },
  {
    id: 'kubelet-token-refused',
    from: 'cluster',
    sample: 'MountVolume.SetUp failed for volume "aws-iam-token" : failed to fetch token',
    patterns: [/mountvolume\.setup failed for volume \W{0,2}aws-iam-token/i],
    says: 'The webhook injected the pod, but the kubelet gets no token of the service account from the API server: the pod does not start.',
    causes: [
      { text: 'The service account no longer exists.', rules: ['pod-service-account-gone'] },
      { text: 'A passing fault of the API server: the kubelet retries.', rules: [] },
      { text: 'The API server of a self-hosted cluster does not issue such tokens (TokenRequest).', rules: [] },
    ],
    transient: true,
  },
  {
    id: 'annotation-missing',
    from: 'cluster',
    sample: 'An IAM role must be associated with service account <name> (namespace: <namespace>)',
    patterns: [/an iam role must be associated with service account/i],
    says: 'The program (the Secrets Store CSI provider, External Secrets) reads the annotation of a service account itself, and found none. The webhook is not involved.',
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
        text: 'The service account has a Pod Identity association instead, and the program is configured for IRSA.',
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
    says: 'This is the token for the Kubernetes API. The token for AWS is under eks.amazonaws.com: IRSA is not the cause.',
    causes: [
      { text: 'automountServiceAccountToken: false on the service account or the pod.', rules: [] },
      {
        text: 'If an AWS SDK prints it, AWS_WEB_IDENTITY_TOKEN_FILE was set by hand to the wrong file.',
        rules: ['pod-container-uncovered'],
      },
    ],
  },
  {
    id: 'service-account-not-found',
    from: 'cluster',
    sample: 'error looking up service account <namespace>/<name>: serviceaccount "<name>" not found',
    patterns: [/error looking up service account \S+: serviceaccount \W{0,2}\S+ not found/i],
    says: 'The pod names a service account that does not exist in its namespace, so it is not created.',
    causes: [
      {
        text: 'The service account was deleted or renamed, or the chart does not create it (serviceAccount.create: false).',
        rules: ['pod-service-account-gone', 'trust-subject-unknown-service-account'],
      },
    ],
  },
];
