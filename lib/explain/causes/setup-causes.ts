import type { CauseText } from './cause.ts';

/** The webhook, the controllers of the cluster, and tools that set roles up. */
export const setupCauses = {
  'webhook-ca': {
    says: 'The caBundle of the webhook configuration is not the CA that signed its certificate: copied from another cluster, or the CA was replaced.',
    tell: 'caBundle of kubectl get mutatingwebhookconfiguration pod-identity-webhook --output yaml is not certificateAuthority of aws eks describe-cluster.',
    fix: 'Write the CA of the cluster (self-hosted: that of cert-manager) into caBundle, then restart the pods that were created meanwhile.',
    rules: ['webhook-ca-mismatch', 'webhook-invalid'],
  },
  'webhook-down': {
    says: 'The webhook does not run, has no certificate, or is not reached: pods that are created meanwhile get no role.',
    tell: 'kubectl --namespace kube-system get pods shows the self-hosted webhook not ready, or the log of the API server has "failed calling webhook".',
    fix: 'Let it run on each kind of node in two replicas with a certificate of cert-manager (EKS: the address https://127.0.0.1:23443/mutate), then restart the pods.',
    rules: ['webhook-invalid', 'webhook-not-injecting'],
  },
  'webhook-missing': {
    says: 'The cluster has no configuration of the webhook, so nothing is injected.',
    tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook finds nothing.',
    fix: 'Create it again (EKS: with https://127.0.0.1:23443/mutate and the CA of the cluster; elsewhere install the webhook), then restart the pods.',
    rules: ['webhook-missing'],
  },
  'webhook-version': {
    says: 'admissionReviewVersions of the webhook configuration lists v1, and the webhook of EKS answers v1beta1.',
    tell: 'kubectl get mutatingwebhookconfiguration pod-identity-webhook --output yaml.',
    fix: 'Set admissionReviewVersions to v1beta1, then restart the pods.',
    rules: ['webhook-invalid'],
  },
  'webhook-drops-fields': {
    says: 'A self-hosted webhook is older than Kubernetes 1.28 and drops fields of the pod that it does not know.',
    tell: 'The refused pod has an init container with restartPolicy: Always.',
    fix: 'Update the webhook (kOps has it as an add-on).',
  },
  'webhook-scraped': {
    says: 'A monitoring system scrapes the TLS port of the webhook, which harms nothing.',
    tell: 'The address in the log of the webhook is that of Prometheus.',
    fix: 'Name the port of the metrics (9999) in the annotations of its service.',
  },
  'kubelet-token': {
    says: 'The API server does not give the kubelet a token of this audience: a CSIDriver does not name it, nodes may not ask for it, or TokenRequest is not set up.',
    tell: 'The event names the audience, or "failed to fetch token".',
    fix: 'Name the audience in tokenRequests of the CSIDriver, or allow system:nodes request-serviceaccounts-token-audience; self-hosted: set --service-account-issuer and its signing key.',
  },
  'read-forbidden': {
    says: 'The program uses the role of another service account, and RBAC does not let it read that account or ask for its token.',
    tell: 'The message names serviceaccounts or serviceaccounts/token and the account of the program.',
    fix: 'Allow get on serviceaccounts and create on serviceaccounts/token in a ClusterRole, and bind it to the account in the message.',
  },
  'csi-provider-missing': {
    says: 'The Secrets Store CSI driver has no AWS provider on this node. No credentials were asked for.',
    tell: 'kubectl get pods --all-namespaces --output wide has no csi-secrets-store-provider-aws on the node.',
    fix: 'Install secrets-store-csi-driver-provider-aws, and let its DaemonSet tolerate the taints of the node.',
  },
  'caller-denied': {
    says: 'The person or pipeline that manages the OIDC provider has no permission for it.',
    tell: 'The message names iam:CreateOpenIDConnectProvider or a similar action.',
    fix: 'Allow the action to the caller; until the provider exists, no pod of the cluster gets its role.',
    identity: 'person',
    rules: ['cluster-provider-missing'],
    unseen: 'the permissions of persons and pipelines',
  },
  broker: {
    says: 'The role was to come from kube2iam or kiam (iam.amazonaws.com/role of the pod), which stands between the pod and the metadata of its node: it starts late, refuses the namespace or the role, knows no pod with hostNetwork, or does not know IMDSv2; or the pod lacks the annotation.',
    tell: 'kubectl get pod <pod> --output yaml has iam.amazonaws.com/role.',
    fix: 'Annotate the service account with eks.amazonaws.com/role-arn and restart its pods, then remove the broker. To stay: its role needs sts:AssumeRole on the role of the pod, which must trust it.',
    rules: ['service-account-annotation-mistyped', 'service-account-role-unannotated'],
    unseen: 'the broker itself, and annotations of pods for it',
  },
  'login-subject': {
    says: 'The trust policy does not trust the pipeline: its subject (repo:<owner>/<repository>:ref:…, :environment:…, :pull_request, with the letters of GitHub) is another one. No pod is part of this.',
    tell: 'The :sub in the trust policy of the role is not the one of the workflow; * needs StringLike.',
    fix: 'Write the subject of the workflow into the condition on token.actions.githubusercontent.com:sub.',
    identity: 'pipeline',
  },
  'login-audience': {
    says: 'The audience of the token of the pipeline is not in the provider or the trust policy. No pod is part of this.',
    tell: 'aws iam get-open-id-connect-provider of token.actions.githubusercontent.com lacks the audience of the step (sts.amazonaws.com by default).',
    fix: 'aws iam add-client-id-to-open-id-connect-provider, or remove the value audience of the step.',
    identity: 'pipeline',
  },
  'login-role': {
    says: 'The ARN in the workflow names another role or account, or that role trusts another principal than the provider of the pipeline.',
    tell: 'aws iam get-role of the ARN in the workflow has no token.actions.githubusercontent.com in Federated.',
    fix: 'Correct the ARN, or let the role trust the provider.',
    identity: 'pipeline',
  },
} as const satisfies Readonly<Record<string, CauseText>>;
