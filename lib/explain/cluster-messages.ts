import type { KnownMessage } from './known-message.ts';
import { webhookCallMessages } from './webhook-call-messages.ts';

/** Messages of Kubernetes and its add-ons about what IRSA needs, before a pod asks STS (docs/facts.md §C.4). */
export const clusterMessages: readonly KnownMessage[] = [
  ...webhookCallMessages,
  {
    id: 'kubelet-token-audience',
    from: 'cluster',
    sample: 'serviceaccounts "<name>" is forbidden: node requested audience "<audience>" not found in pod spec volume',
    patterns: [
      /node requested audience .{0,200}not found in pod spec volume/i,
      /is not authorized to request tokens for audience/i,
    ],
    says: 'A node asked for a token of an audience that neither a volume of the pod nor a CSIDriver names. Kubernetes 1.32 and later refuse that.',
    causes: [
      {
        text: 'A CSI driver takes the tokens of pods: name the audience in tokenRequests of its CSIDriver.',
        rules: [],
        tell: 'The volume of the message is of type csi. kubectl get csidriver <driver> --output yaml does not list the audience.',
      },
      {
        text: 'A credential provider of the kubelet asks for the audience: allow the group system:nodes the verb request-serviceaccounts-token-audience for it.',
        rules: [],
        tell: 'The message is one of an image that is not pulled.',
      },
    ],
  },
  {
    id: 'kubelet-token-refused',
    from: 'cluster',
    sample: 'MountVolume.SetUp failed for volume "aws-iam-token" : failed to fetch token',
    patterns: [/mountvolume\.setup failed for volume \W{0,2}(aws-iam-token|eks-pod-identity-token)/i],
    says: 'The webhook injected the pod, but the kubelet gets no token of the service account from the API server: the pod does not start.',
    causes: [
      {
        text: 'The service account no longer exists.',
        rules: ['pod-service-account-gone'],
        tell: 'kubectl get serviceaccount <name> finds nothing.',
        decisive: ['account-not-found'],
      },
      {
        text: 'A passing fault of the API server: the kubelet retries.',
        rules: [],
        tell: 'The pod starts some seconds later.',
      },
      {
        text: 'The API server of a self-hosted cluster does not issue such tokens (TokenRequest): set its --service-account-issuer and --service-account-signing-key-file.',
        rules: [],
        tell: 'kubectl create token <name> fails too.',
        decisive: ['token-request-unknown'],
      },
    ],
    unless: ['kubelet-token-audience'],
    transient: true,
  },
  {
    id: 'annotation-missing',
    from: 'cluster',
    sample: 'An IAM role must be associated with service account <name> (namespace: <namespace>)',
    patterns: [
      /an iam role must be associated with service account/i,
      /annotation \W{0,2}eks\.amazonaws\.com\/role-arn\W{0,2} not found/i,
    ],
    says: 'The program (the Secrets Store CSI provider, External Secrets, KEDA) reads the annotation of a service account itself, and found none. The webhook is not involved.',
    causes: [
      {
        text: 'That service account, not the one of the program, needs eks.amazonaws.com/role-arn; it is missing or mistyped.',
        rules: [
          'service-account-annotation-mistyped',
          'service-account-role-unannotated',
          'cluster-controller-account-unfit',
        ],
        messages: { 'cluster-controller-account-unfit': ['noRole'] },
        tell: 'kubectl get serviceaccount <name of the message> --output yaml has no eks.amazonaws.com/role-arn.',
      },
      {
        text: 'The pod, or the reference in the secret store, names another service account than the annotated one.',
        rules: [],
        tell: 'The name in the message is not the annotated service account.',
      },
      {
        text: 'The service account has a Pod Identity association instead, and the program is configured for IRSA.',
        rules: [],
        tell: 'aws eks list-pod-identity-associations lists the service account.',
      },
    ],
  },
  {
    id: 'kubernetes-token-unreadable',
    from: 'cluster',
    sample: 'open /var/run/secrets/kubernetes.io/serviceaccount/token: permission denied',
    patterns: [
      /kubernetes\.io[\\/]serviceaccount[\\/]token.{0,80}(permission denied|eacces)/i,
      /(permission denied|eacces).{0,80}kubernetes\.io[\\/]serviceaccount[\\/]token/i,
    ],
    says: 'This is the token for the Kubernetes API, and the user of the program may not read it. IRSA is not the cause, though an annotated service account had this effect in old Kubernetes versions.',
    causes: [
      {
        text: 'The container does not run as root and the pod has no fsGroup: set securityContext.fsGroup.',
        rules: ['pod-token-unreadable'],
        tell: 'ls -l of the path shows a file that root alone may read.',
      },
    ],
  },
  {
    id: 'kubernetes-token-missing',
    from: 'cluster',
    sample: 'open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory',
    patterns: [
      /kubernetes\.io[\\/]serviceaccount[\\/]token.{0,80}(no such file|cannot find|enoent)/i,
      /(no such file|enoent).{0,80}kubernetes\.io[\\/]serviceaccount[\\/]token/i,
    ],
    says: 'This is the token for the Kubernetes API. The token for AWS is under eks.amazonaws.com: IRSA is not the cause.',
    causes: [
      {
        text: 'automountServiceAccountToken: false on the service account or the pod.',
        rules: [],
        tell: 'kubectl get pod <pod> --output yaml has no volume kube-api-access.',
      },
      {
        text: 'If an AWS SDK prints it, AWS_WEB_IDENTITY_TOKEN_FILE was set by hand to the wrong file.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl exec <pod> -- env shows AWS_WEB_IDENTITY_TOKEN_FILE with this path.',
      },
    ],
  },
  {
    id: 'service-account-not-found',
    from: 'cluster',
    sample: 'error looking up service account <namespace>/<name>: serviceaccount "<name>" not found',
    patterns: [/serviceaccounts? \W{0,2}(?!(?:is|was|are|has)\b)[a-z0-9.-]{1,253}\W{0,2} not found/i],
    unless: ['kubelet-token-refused'],
    says: 'A pod, or the reference of a program, names a service account that does not exist in its namespace.',
    causes: [
      {
        text: 'The service account was deleted or renamed, or the chart does not create it (serviceAccount.create: false).',
        rules: [
          'pod-service-account-gone',
          'trust-subject-unknown-service-account',
          'cluster-controller-account-unfit',
        ],
        messages: { 'cluster-controller-account-unfit': ['absent', 'nearby'] },
      },
    ],
  },
  {
    id: 'service-account-read-forbidden',
    from: 'cluster',
    sample:
      'serviceaccounts "<name>" is forbidden: User "system:serviceaccount:<namespace>:<program>" cannot create resource "serviceaccounts/token"',
    patterns: [
      /serviceaccounts? .{0,260}is forbidden: user .{0,300}cannot (get|create|list|watch|impersonate) resource \W{0,2}serviceaccounts(\/token)?/i,
      /user \W{0,2}system:serviceaccount:\S{1,200} cannot (get|create|list|watch|impersonate) resource \W{0,2}serviceaccounts(\/token)?\b/i,
    ],
    says: 'The program (the Secrets Store CSI provider, External Secrets, cert-manager) uses the role of another service account, and Kubernetes does not let it read that service account or ask for its token. AWS was not called.',
    causes: [
      {
        text: 'A ClusterRole of the program must allow get on serviceaccounts and create on serviceaccounts/token, and its binding must name the service account and namespace in the message.',
        rules: [],
        tell: 'kubectl auth can-i create serviceaccounts/token --as system:serviceaccount:<namespace>:<program> answers no.',
      },
      {
        text: 'The program was installed into another namespace than the one that its binding names.',
        rules: [],
        tell: 'kubectl get clusterrolebinding --output wide shows the binding with another namespace.',
      },
    ],
  },
  {
    id: 'webhook-not-mutated',
    from: 'cluster',
    sample:
      'Pod was not mutated. Reason: Service account did not have the right annotations or was not found in the cache.',
    patterns: [
      /pod was not mutated\. ?reason:? service account did not have the right annotations/i,
      /\bpod-?identity-?webhook\b.{0,300}(\bmutat\w+\W{1,4}false|\bstopped (mutating|injecting)|(\bnot|n.t) (mutat|inject)(e|ed|ing)\b)/i,
    ],
    says: 'The webhook was called for the pod and left it as it is: at that moment it knew no role for its service account.',
    causes: [
      {
        text: 'The service account has no role: neither the annotation eks.amazonaws.com/role-arn nor a Pod Identity association.',
        rules: ['service-account-role-unannotated', 'service-account-annotation-mistyped'],
        tell: 'kubectl get serviceaccount <name> --output yaml has no eks.amazonaws.com/role-arn.',
      },
      {
        text: 'The pod was created together with the service account or with its annotation, before the webhook had seen it: restart the pod.',
        rules: ['pod-not-injected', 'pod-identity-pods-without'],
        tell: 'The annotation is there now, and the times of creation are seconds apart.',
      },
      {
        text: 'The webhook may not list service accounts, or has another annotation prefix.',
        rules: ['webhook-invalid'],
        tell: 'It is self-hosted, and its log has "Failed to list *v1.ServiceAccount".',
      },
    ],
  },
];
