import type { Cause } from './known-message.ts';

/** Rules about a pod that the webhook did not inject. */
export const notInjected: readonly string[] = [
  'pod-not-injected',
  'webhook-missing',
  'webhook-invalid',
  'service-account-annotation-mistyped',
];

/** A cause of several messages: the webhook did not mutate the pod. */
export const wasNotInjected: Cause = {
  text: 'The webhook did not inject the pod: the pod is older than the annotation, the annotation is mistyped, or the webhook is missing. Restart the pod after the fix.',
  rules: notInjected,
  tell: 'kubectl get pod <pod> --output yaml has no AWS_ROLE_ARN, and its service account has eks.amazonaws.com/role-arn.',
};

/** The service account of the pod has no role at all. */
export const hasNoRole: Cause = {
  text: 'The service account of the pod has no role: neither the annotation eks.amazonaws.com/role-arn nor a Pod Identity association. Annotate it; of an EKS add-on, set the role with aws eks update-addon.',
  rules: ['service-account-role-unannotated', 'service-account-annotation-mistyped'],
  tell: 'kubectl get serviceaccount <name> --output yaml has no eks.amazonaws.com/role-arn.',
};

/** Without a region some SDKs make no client for STS, and report that they found no credentials. */
export const hasNoRegion: Cause = {
  text: 'The program gives no region to its client, and AWS_REGION is not set: some SDKs then do not call STS, and say that they found no credentials.',
  rules: [],
  tell: 'kubectl exec <pod> -- env shows AWS_ROLE_ARN and no AWS_REGION, and the program works with AWS_REGION set.',
};

/** The metadata service of the node does not answer to pods. */
export const metadataIsClosed: Cause = {
  text: 'The program was meant to use the role of the node, and the metadata service of the node does not answer to pods (hop limit 1, the default of AL2023 and of many node groups; kube2iam or kiam in its place). Give the service account a role; a hop limit of 2 gives the role of the node to every pod.',
  rules: [],
  sign: 'metadata-closed',
  tell: 'aws ec2 describe-instances shows HttpPutResponseHopLimit: 1 for the node, and the service account has no role.',
};

/** The SDK of the program does not know web identity tokens. */
export const sdkIsOld: Cause = {
  text: 'The SDK is too old for web identity tokens (or for EKS Pod Identity, where the pod has that), its module for STS is missing, or the program lists its own providers and has none for them. Update the program.',
  rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
  tell: 'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE (or AWS_CONTAINER_CREDENTIALS_FULL_URI) are set in the container, and the role was never used.',
  // the S3 driver of the Docker registry (Harbor and others) has its own list of providers up to version 3
  seen: /\bs3aws: /,
};

/** The pod has no annotated service account. */
export const runsAsAnother: Cause = {
  text: 'The pod runs as another service account than the annotated one, often default.',
  rules: ['pod-not-injected', 'pod-service-account-gone'],
  tell: 'kubectl get pod <pod> --output jsonpath={.spec.serviceAccountName} prints another name than the annotated one.',
};

/** The webhook left one container out. */
export const isNotCovered: Cause = {
  text: 'The webhook skipped this container, but not the other containers of the pod.',
  rules: ['pod-container-uncovered'],
  tell: 'kubectl get pod <pod> --output yaml shows AWS_ROLE_ARN in another container and not in this one.',
};

/** Access keys in the container take precedence over the role. */
export const hasKeys: Cause = {
  text: 'Access keys, a profile or a credentials file in the container take precedence over the role.',
  rules: ['pod-static-credentials'],
  tell: 'kubectl exec <pod> -- env shows AWS_ACCESS_KEY_ID or AWS_PROFILE, or ~/.aws/credentials exists.',
};

/** The SDK of the program got no token exchanged and went on to the node. */
export const wentOnToNode: Cause = {
  text: 'STS refused the role or did not answer, and the SDK went on to the next provider, the node (JavaScript v2, PHP, Ruby, C++, Envoy and others do so, and do not say why).',
  rules: ['service-account-role-not-trusting', 'cluster-provider-missing', 'runtime-assume-failing'],
  tell: 'AWS_ROLE_ARN is set in the container. An earlier line of the log, or CloudTrail, has a refused AssumeRoleWithWebIdentity.',
  seen: /no such host|could not resolve host|dispatch failure|assume role request failed|failed to (retrieve|get) credentials/i,
};

/** The token is there, and the user of the program may not read it. */
export const cannotReadToken: Cause = {
  text: 'The user of the program may not read the token: the container does not run as root and the pod has no fsGroup. Set securityContext.fsGroup.',
  rules: ['pod-token-unreadable'],
  tell: 'ls -l /var/run/secrets/eks.amazonaws.com/serviceaccount/ in the container shows a file of root alone.',
  // JavaScript v2 does not say that it could not read the token; the image of this program does not run as root
  seen: /kubernetes-external-secrets|external-secrets-\w{8,10}-\w{5}.{0,400}assumed-role/i,
};
