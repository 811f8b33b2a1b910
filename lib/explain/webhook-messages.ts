import { hasNoRole, leftOut, setByHand, wasNotInjected } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';

/** The webhook that injects roles of annotations, by its names: EKS Pod Identity is another thing. */
const webhook = '\\bpod[ -]?identity[ -]webhook\\b';

const isMissing: Cause = {
  text: 'The configuration of the webhook is missing, so nothing is injected: make it again (EKS: with the address https://127.0.0.1:23443/mutate and the certificate authority of the cluster; elsewhere install the webhook), then restart the pods.',
  rules: ['webhook-missing'],
  tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook finds nothing.',
  decisive: ['webhook-not-found'],
};

const doesNotRun: Cause = {
  text: 'The webhook is not there when pods are made: its pods cannot be scheduled (taints, tolerations), start later than others, or wait for a certificate. Let it run on each kind of node and in two replicas, then restart the pods.',
  rules: ['webhook-invalid', 'webhook-not-injecting'],
  tell: 'kubectl get pods --all-namespaces shows its pods pending or not ready; on EKS there are none to see.',
  decisive: ['webhook-not-running'],
};

const cameLater: Cause = {
  ...wasNotInjected,
  text: 'The pod was made before the service account had its annotation, or before the webhook had seen it: restart the pod. Let the annotation be written before the pods are made.',
  rules: ['pod-not-injected'],
  decisive: ['pod-is-older'],
};

/** Texts about the webhook of IRSA. The first needs no error beside it; the last stands among the unspecific ones. */
export const webhookMessages: readonly KnownMessage[] = [
  {
    id: 'webhook-not-found',
    from: 'cluster',
    sample: 'mutatingwebhookconfigurations.admissionregistration.k8s.io "pod-identity-webhook" not found',
    patterns: [/mutatingwebhookconfigurations?\S{0,60} \W{0,3}pod-identity-webhook\W{0,3} not found/i],
    says: 'The cluster has no configuration of the webhook that gives annotated pods their role: pods that are made now get none.',
    causes: [isMissing],
  },
  {
    id: 'webhook-no-certificate',
    from: 'cluster',
    sample: 'TLS handshake error: no serving certificate available for the webhook, is the CSR approved?',
    patterns: [
      /no serving certificate available for the webhook/i,
      /\b(csr|certificate request)\b.{0,200}pod-?id(entity)?\S{0,80}webhook.{0,40}\bpending\b/i,
      /\bwaiting for CSR to be created\b/i,
    ],
    says: 'The self-hosted webhook has no certificate to serve with, so the API server cannot call it, and pods are made without a role.',
    causes: [
      {
        text: 'Its certificate signing request was not approved or not signed (kubectl certificate approve), or this version makes none, as those after v0.3.0: let cert-manager make the certificate, as the manifests of the webhook do. Then restart the pods.',
        rules: ['webhook-invalid', 'webhook-not-injecting'],
        tell: 'kubectl get csr shows the requests of the webhook as Pending, or Approved and not Issued.',
      },
    ],
  },
  {
    id: 'webhook-no-signer',
    from: 'cluster',
    sample:
      'Failed while requesting a signed certificate from the master: cannot create certificate signing request: spec.signerName: Required value: signerName must be provided',
    patterns: [
      /fail\w{0,6} (while )?requesting a signed certificate\b.{0,300}\bsignerName\b/i,
      /cannot create certificate signing request\b.{0,200}\bsignerName\b/i,
    ],
    says: 'A program asks the cluster for its certificate and names no signer, which the API has wanted since Kubernetes 1.22. A self-hosted webhook for roles that does so gets none, so the API server cannot call it, and pods are made without a role.',
    causes: [
      {
        text: 'This version of the webhook is older than the API of certificates that the cluster has: install one that names a signer, or whose certificate cert-manager makes, then restart the pods.',
        rules: ['webhook-invalid', 'webhook-not-injecting'],
        tell: 'The line is in the log of pod-identity-webhook; kubectl get csr shows no request of it.',
      },
    ],
  },
  {
    id: 'webhook-bad-certificate',
    from: 'cluster',
    sample:
      'http: TLS handshake error from 10.0.0.1:45664: remote error: tls: bad certificate (log of pod-identity-webhook)',
    patterns: [
      new RegExp(`${webhook}.{0,1500}tls handshake error from \\S{1,60} (?:remote|local) error: tls: bad`, 'i'),
      new RegExp(
        `tls handshake error from \\S{1,60} (?:remote|local) error: tls: bad.{0,1500}(?:${webhook}|\\bwebhook TLS)`,
        'i',
      ),
    ],
    says: 'A client of the self-hosted webhook does not accept its certificate. Where the API server is the client, pods are made without a role; the address in the log says who it is.',
    causes: [
      {
        text: 'The caBundle of the webhook configuration is not the authority of the certificate that the webhook serves (installed twice, renewed, or made for another name): write the right one there, or let cert-manager do so, then restart the pods. EKS runs a webhook of its own: remove a second one there.',
        rules: ['webhook-ca-mismatch', 'webhook-invalid'],
        tell: 'The log of the API server has x509: certificate signed by unknown authority for pod-identity-webhook.amazonaws.com, and the address is that of a control plane.',
      },
      {
        text: 'A monitoring system scrapes the TLS port of the webhook, which harms nothing: let the annotations of its service name the port of the metrics (9999).',
        rules: [],
        tell: 'The address in the log is that of a pod of Prometheus, and pods get their role.',
        decisive: ['webhook-scraped'],
      },
    ],
  },
  {
    id: 'token-mount-missing',
    from: 'cluster',
    sample: 'the volume aws-iam-token is there, and its volumeMount is missing',
    patterns: [
      /\bvolume ?mounts?\b.{0,60}\baws-iam-token\b.{0,40}\b(missing|absent|not (there|added|present))/i,
      /\baws-iam-token\b.{0,80}\bvolume ?mounts?\b.{0,40}\b(missing|absent|not (there|added|present))/i,
    ],
    says: 'The webhook injected the pod and mounted no token into this container, so the file that AWS_WEB_IDENTITY_TOKEN_FILE names is not there.',
    causes: [
      {
        text: 'The template sets AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE by hand: the webhook leaves out what it finds. Remove both from the template.',
        rules: ['pod-container-uncovered'],
        messages: { 'pod-container-uncovered': setByHand },
        tell: 'kubectl get deployment <name> --output yaml has one of the variables.',
      },
      {
        text: 'The container is one that the webhook skips (eks.amazonaws.com/skip-containers), or another webhook added it later.',
        rules: ['pod-container-uncovered'],
        messages: { 'pod-container-uncovered': leftOut },
        tell: 'The containers of the pod differ in their mounts.',
      },
    ],
  },
];

/** Told where no other message is known. */
export const webhookDescribed: KnownMessage = {
  id: 'webhook-described',
  from: 'cluster',
  sample: 'the pod identity webhook does not inject the pods',
  patterns: [
    new RegExp(
      `${webhook}.{0,300}(?:n't\\b|\\bnot\\b|\\bfail|\\bwithout\\b|\\bmissing\\b|\\bunable\\b|\\bgap\\b|\\bignor\\w+|\\brestart|\\bto inject\\b)`,
      'i',
    ),
    new RegExp(
      `(?:n't\\b|\\bnot\\b|\\bfail|\\bwithout\\b|\\bmissing\\b|\\bunable\\b|\\bignor\\w+)\\b.{0,160}${webhook}`,
      'i',
    ),
    /\b(?:injection|injecting|injected|inject)\b.{0,40}\b(?:fails?|failed|sometimes|stopped|stops|no longer)\b.{0,200}\b(?:pods?|env(?:ironment)?|vars?|tokens?)\b|\b(?:not|\w{2,6}n.t|stopped being|no longer) injected\b(?=.{0,200}\b(?:pods?|deployments?|containers?)\b)/i,
    /\bpods?\b.{0,60}\bwithout the webhook\b.{0,200}\b(env vars?|environment|token|mount|role)/i,
  ],
  says: 'The text is about the webhook that gives annotated pods their role. It acts when a pod is made, and never later.',
  causes: [cameLater, doesNotRun, isMissing, hasNoRole],
};
