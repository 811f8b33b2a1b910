import type { Cause, KnownMessage } from './known-message.ts';

/** The API server names the webhook whose call failed. */
const failedCall = 'failed calling webhook.{0,40}(iam-for-pods\\.amazonaws\\.com|pod-identity-webhook)';

/** Messages of webhook-invalid about a service that does not answer, and about another configuration than the one of EKS. */
const serviceSilent: readonly string[] = ['namespaceMissing', 'noEndpoints'];
const changed: readonly string[] = [
  ...['noEntry', 'url', 'otherHost', 'noTarget', 'noPath', 'rules', 'reviewVersions', 'reviewAnswer'],
  ...['bundle', 'caExpired', 'caNotYetValid'],
];

const restartMeanwhile: Cause = {
  text: 'Pods that were created meanwhile have no token: restart them after the fix.',
  rules: ['pod-not-injected'],
  tell: 'kubectl get pod <pod> --output yaml has no AWS_ROLE_ARN.',
};

/** Calls of the pod identity webhook that the API server reports as failed (docs/facts.md §C.4). */
export const webhookCallMessages: readonly KnownMessage[] = [
  {
    id: 'webhook-certificate',
    from: 'cluster',
    sample:
      'Failed calling webhook, failing open iam-for-pods.amazonaws.com: failed to call webhook: x509: certificate signed by unknown authority',
    patterns: [
      new RegExp(`${failedCall}.{0,300}(x509:|certificate)`, 'i'),
      /\b(mutatingwebhookconfigurations?|pod-identity-webhook)\b.{0,80}\bca_?bundle\b|\bca_?bundle\b.{0,80}\b(mutatingwebhookconfigurations?|pod-identity-webhook)\b/i,
    ],
    says: "The API server does not trust the certificate of the pod identity webhook. With 'failing open' the pod is created without token and variables, and uses the role of the node.",
    causes: [
      {
        text: 'caBundle in the webhook configuration is not the CA that signed the certificate of the webhook: the CA of the cluster on EKS, the CA of cert-manager for a self-hosted one. It was copied from another cluster, or the CA was replaced.',
        rules: ['webhook-ca-mismatch', 'webhook-invalid'],
        messages: { 'webhook-invalid': ['bundle'] },
        tell: 'The message says unknown authority; the CA of kubectl get mutatingwebhookconfiguration pod-identity-webhook differs from aws eks describe-cluster --query cluster.certificateAuthority.data.',
      },
      {
        text: 'The certificate has expired.',
        rules: ['webhook-invalid'],
        messages: { 'webhook-invalid': ['caExpired', 'caNotYetValid'] },
        tell: 'The message says "has expired".',
      },
      restartMeanwhile,
    ],
  },
  {
    id: 'webhook-not-answering',
    from: 'cluster',
    sample:
      'failed calling webhook "pod-identity-webhook.amazonaws.com": Post "https://pod-identity-webhook.kube-system.svc:443/mutate": dial tcp 10.100.0.7:443: connect: connection refused',
    patterns: [
      new RegExp(
        `${failedCall}.{0,300}(connection refused|no endpoints available|i/o timeout|deadline exceeded|timed? ?out|no route to host|not found|no such host)`,
        'i',
      ),
    ],
    says: 'The pod identity webhook does not answer the API server. With failurePolicy Ignore pods are created without token and variables; with Fail they are not created.',
    causes: [
      {
        text: 'The self-hosted webhook does not run: its pods are missing or not ready, often because cert-manager has not made its certificate.',
        rules: ['webhook-invalid'],
        messages: { 'webhook-invalid': serviceSilent },
        tell: 'kubectl get endpoints of its Service is empty, and its pods wait for a Secret.',
      },
      {
        text: 'It runs, and the API server does not reach it: a proxy of the API server without .svc in NO_PROXY, a security group or policy that closes its port to the control plane, or a network plugin whose addresses the control plane does not know (let the webhook use the network of the host).',
        rules: [],
        tell: 'Its pods are ready, its endpoints are there, and the message is a time-out and no refused connection.',
        likelier: ['webhook-timed-out'],
        decisive: ['proxy-spoken-of', 'network-policy', 'datapath'],
      },
      {
        text: 'The configuration names another address than https://127.0.0.1:23443/mutate, which EKS uses.',
        rules: ['webhook-invalid'],
        messages: { 'webhook-invalid': ['url', 'otherHost', 'noTarget', 'noPath'] },
        tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook --output yaml shows another url, or a service.',
      },
      {
        text: 'It fails closed (failurePolicy Fail), and its selectors match pods that must run before it: its own, those of the control plane, DNS and the network plugin. Set failurePolicy Ignore, or a selector that leaves them out.',
        rules: [],
        tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook --output yaml shows failurePolicy: Fail, and the pods that cannot be created are of kube-system.',
      },
      restartMeanwhile,
    ],
    unless: ['webhook-certificate'],
  },
  {
    id: 'webhook-version',
    from: 'cluster',
    sample:
      'failed calling webhook "iam-for-pods.amazonaws.com": expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview',
    patterns: [
      new RegExp(`${failedCall}.{0,300}(admissionreview|admission\\.k8s\\.io|expected webhook response)`, 'i'),
    ],
    says: 'The webhook answers in another version than the API server asked for, so its answer is dropped and pods are not injected.',
    causes: [
      {
        text: 'admissionReviewVersions in the webhook configuration lists v1; the webhook of EKS answers v1beta1: set it to v1beta1.',
        rules: ['webhook-invalid'],
        tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook --output yaml lists v1 there.',
      },
      restartMeanwhile,
    ],
    unless: ['webhook-certificate'],
  },
  {
    id: 'webhook-call-failed',
    from: 'cluster',
    sample: 'failed calling webhook "iam-for-pods.amazonaws.com"',
    patterns: [new RegExp(failedCall, 'i')],
    says: "The API server could not call the pod identity webhook. With 'failing open' the pod is created without token and variables, and uses the role of the node.",
    causes: [
      {
        text: 'The webhook configuration was changed: another caBundle, address or admissionReviewVersions (the webhook of EKS answers v1beta1) than EKS wrote.',
        rules: ['webhook-invalid', 'webhook-ca-mismatch'],
        messages: { 'webhook-invalid': changed },
        tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook --output yaml. The rest of the line in the log of the API server has the reason.',
      },
      {
        text: 'The self-hosted webhook does not answer.',
        rules: ['webhook-invalid'],
        messages: { 'webhook-invalid': serviceSilent },
        tell: 'kubectl get pods --all-namespaces shows its pods not ready; on EKS there are none to see.',
      },
      restartMeanwhile,
    ],
    unless: ['webhook-certificate', 'webhook-not-answering', 'webhook-version'],
  },
];
