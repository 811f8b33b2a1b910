import type { Cause } from './known-message.ts';

/** Rules about a pod that the webhook did not inject, whatever the reason. */
export const notInjected: readonly string[] = [
  'pod-not-injected',
  'webhook-missing',
  'webhook-invalid',
  'service-account-annotation-mistyped',
];

/** Messages of pod-container-uncovered: the variables were written by hand, so that the webhook left the container as it is. */
export const setByHand: readonly string[] = [
  ...['apiToken', 'otherAudience', 'foreignVolume'],
  ...['wrongPath', 'loneVariable', 'noMount'],
];
/** Messages of pod-container-uncovered: the webhook did not see the container, or was told to skip it. */
export const leftOut: readonly string[] = ['nothing', 'skipped'];

/** A cause of several messages: the webhook did not mutate the pod. */
export const wasNotInjected: Cause = {
  text: 'The webhook did not inject the pod: the pod is older than the annotation or the Pod Identity association, or the webhook is missing. Restart the pod after the fix.',
  rules: ['pod-not-injected', 'webhook-missing', 'webhook-invalid'],
  tell: 'kubectl get pod <pod> --output yaml has no AWS_ROLE_ARN, and its service account has eks.amazonaws.com/role-arn.',
  likelier: ['variables-unset', 'now-and-then', 'pod-is-older'],
  decisive: ['annotated-then-restarted'],
  unlikelier: ['variables-set'],
};

/** The pod is older than its association, and has the role of an annotation instead. */
export const isOlderThanAssociation: Cause = {
  text: 'The pod was to use EKS Pod Identity, and was created before its association was known: it has the variables of the annotation, or none. Restart it.',
  rules: ['pod-identity-pods-without'],
  tell: 'kubectl exec <pod> -- env shows no AWS_CONTAINER_CREDENTIALS_FULL_URI, and aws eks list-pod-identity-associations lists its service account.',
  likelier: ['pod-is-older'],
  decisive: ['pod-identity'],
};

/** The service account of the pod has no role at all. */
export const hasNoRole: Cause = {
  text: 'The service account that the pod runs as has no role: neither the annotation eks.amazonaws.com/role-arn (a mistyped one is none) nor a Pod Identity association. Annotate it (the role of an EKS add-on is set with aws eks update-addon), or let the pod run as the annotated one: without serviceAccountName it runs as default.',
  rules: [
    ...['service-account-role-unannotated', 'service-account-annotation-mistyped'],
    ...['service-account-workload-elsewhere', 'pod-service-account-gone'],
  ],
  tell: 'kubectl get pod <pod> --output jsonpath={.spec.serviceAccountName} prints the account, and kubectl get serviceaccount <name> --output yaml of it has no eks.amazonaws.com/role-arn.',
  likelier: ['controller', 'variables-unset', 'fargate', 'node-has-no-role'],
  decisive: ['annotation-lost', 'annotations-without-role', 'other-account', 'no-role-set-up'],
  unlikelier: ['variables-set'],
};

/** Without a region some SDKs make no client for STS, and report that they found no credentials. */
export const hasNoRegion: Cause = {
  text: 'The program gives no region to its client, and AWS_REGION is not set: some SDKs then do not call STS, and say that they found no credentials.',
  rules: [],
  tell: 'kubectl exec <pod> -- env shows AWS_ROLE_ARN and no AWS_REGION, and the program works with AWS_REGION set.',
};

/** The metadata service of the node does not answer to pods, and the pod has nothing else. */
export const metadataIsClosed: Cause = {
  text: 'The pod has no role of its own, so the SDK asked the node, and the metadata service of the node does not answer to pods (hop limit 1, the default of AL2023 and of many node groups; kube2iam or kiam in its place). Give the service account a role and restart the pod. Was the role of the node meant, raise the hop limit to 2: this gives it to every pod.',
  rules: [],
  sign: 'metadata-closed',
  tell: 'kubectl exec <pod> -- env shows no AWS_ROLE_ARN, and aws ec2 describe-instances shows HttpPutResponseHopLimit: 1 for the node.',
  decisive: ['node-is-silent', 'imdsv2', 'some-nodes', 'node-is-able'],
  unlikelier: ['variables-set'],
};

/** The program has the role in its pod, and its SDK, code or configuration does not take it. */
export const sdkIsOld: Cause = {
  text: 'The program does not use the role of its pod: its SDK is too old for web identity tokens (or for EKS Pod Identity, where the pod has that), its module for STS is missing, or its code or configuration names a provider, or a list of providers, without them. Update the program, add the module, or let it use the default chain of the SDK.',
  rules: ['runtime-sdk-unsupported', 'runtime-role-never-assumed', 'pod-identity-role-never-used'],
  tell: 'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE (or AWS_CONTAINER_CREDENTIALS_FULL_URI) are set in the container, and the role was never used.',
  decisive: ['node-first', 'support-asked'],
  likelier: [
    'own-client',
    'java',
    'java-v1',
    'java-v2',
    'variables-set',
    'role-set-up',
    'after-update',
    'pod-identity',
  ],
  unlikelier: ['sdk-is-able', 'controller', 'variables-unset', 'now-and-then'],
};

/** The variables do not reach the process. */
export const isNotCovered: Cause = {
  text: 'The variables of the role do not reach the process: the webhook skipped this container and not the others of the pod, or a wrapper clears the environment (sudo, cron, envdir, clear_env of PHP-FPM, a job that the program starts), or the program runs in a container that another one started (docker build, docker run), which has neither the variables nor the token. A client on another machine has none of them.',
  rules: ['pod-container-uncovered'],
  tell: 'kubectl get pod <pod> --output yaml shows AWS_ROLE_ARN in another container and not in this one, or /proc/<pid>/environ of the process lacks it.',
  likelier: ['cron'],
  unseen: 'the environment of the process itself, which a wrapper clears without a trace',
  decisive: ['build-container', 'environment-cleared'],
};

/** STS refuses, and the text does not show it. */
export const trustRefuses: Cause = {
  text: 'The trust policy of the role does not match the service account (its name, namespace or cluster, a wildcard under StringEquals), so that STS refuses the role.',
  rules: ['service-account-role-not-trusting', 'trust-subject-literal-wildcard', 'trust-key-issuer-mismatch'],
  tell: 'AWS_ROLE_ARN is set in the container, and aws sts get-caller-identity in it says Not authorized to perform sts:AssumeRoleWithWebIdentity.',
  decisive: ['trust-spoken-of', 'account-name-generated', 'literal-wildcard', 'subject-as-audience', 'other-action'],
};

/** Access keys in the container take precedence over the role. */
export const hasKeys: Cause = {
  text: 'Access keys, a profile or a credentials file in the container take precedence over the role.',
  rules: ['pod-static-credentials'],
  unseen: 'keys in the configuration of a program, in its files or in its database',
  tell: 'kubectl exec <pod> -- env shows AWS_ACCESS_KEY_ID or AWS_PROFILE, or ~/.aws/credentials exists.',
  likelier: ['keys-spoken-of'],
  decisive: ['keys-first'],
};

/** A file of credentials, empty or with another profile, is looked at before the token. */
export const hasFile: Cause = {
  text: 'The program takes a credentials file or a profile that its chart mounts, and not the token (AWS_SHARED_CREDENTIALS_FILE; Velero: set credentials.useSecret to false). Remove the file and its variable.',
  rules: ['pod-static-credentials'],
  tell: 'kubectl exec <pod> -- env shows AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE or AWS_PROFILE.',
  likelier: ['credentials-file', 'after-update'],
};

/** The CloudWatch agent without metadata. */
export const looksAtFileAlone: Cause = {
  text: 'The program looks at a credentials file alone. The CloudWatch agent does so where no metadata answers, and takes itself for one outside of AWS: set RUN_WITH_IRSA to True in its container, and the region in its configuration.',
  rules: [],
  tell: 'Its log asks whether it runs in ECS, or says that /root/.aws/credentials is missing and names no other place.',
  decisive: ['cloudwatch-agent-role', 'file-alone'],
};

/** The SDK of the program got no token exchanged and went on to the node. */
export const wentOnToNode: Cause = {
  text: 'STS refused the role or did not answer, and the SDK went on to the next provider, the node (JavaScript v2, Java, PHP, Ruby, C++, Envoy and others do so, and do not say why). Where it happens now and then, let the program use the web identity provider alone.',
  rules: ['service-account-role-not-trusting', 'cluster-provider-missing', 'runtime-assume-failing'],
  tell: 'AWS_ROLE_ARN is set in the container. An earlier line of the log, or CloudTrail, has a refused AssumeRoleWithWebIdentity.',
  likelier: ['sdk-goes-on', 'variables-set', 'now-and-then'],
  unlikelier: ['variables-unset'],
  decisive: ['sts-not-reached', 'sts-throttle'],
};

/** The token is there, and the user of the program may not read it. */
export const cannotReadToken: Cause = {
  text: 'The user of the program may not read the token: the container does not run as root and the pod has no fsGroup. Set securityContext.fsGroup.',
  rules: ['pod-token-unreadable'],
  sign: 'token-of-root',
  tell: 'ls -l /var/run/secrets/eks.amazonaws.com/serviceaccount/ in the container shows a file of root alone.',
  likelier: ['variables-set'],
  unlikelier: ['variables-unset'],
  decisive: ['not-root', 'token-mode-spoken-of'],
};

/** The node was to call, and may not. */
export const nodeIsMeant: Cause = {
  text: 'The role of the node was meant, and it has no permission for the call: an installation without a service account of its own. Give its service account a role with the permission; attached to the role of the node, every pod of the node has it.',
  rules: [],
  tell: 'Its documents say "instance profile" or "node role", and the pod has no service account of its own.',
};

/** Another way to give a role to a pod than by its service account. */
export const byBroker: Cause = {
  text: 'The role was to come from kube2iam or kiam (iam.amazonaws.com/role of the pod), which did not stand in between yet or any more: it starts later than the pod, its rule for the network interface does not match, or it does not know IMDSv2. Use an annotated service account, or restart the pod.',
  rules: [],
  tell: 'kubectl get pod <pod> --output yaml has iam.amazonaws.com/role.',
  decisive: ['other-broker'],
};

/** The role is the right one, and may not do what the program does. */
export const roleLacksPermission: Cause = {
  text: 'The role has no permission for the action, or another policy refuses it: of the bucket, the key or the queue, of the organization, of the VPC endpoint. IRSA works; this audit reads trust policies, not permissions.',
  rules: [],
  tell: 'aws sts get-caller-identity in the pod names the role of the annotation; aws iam simulate-principal-policy says whether it may. aws sts decode-authorization-message of an encoded message names caller and action.',
  likelier: ['after-update', 'partly-works'],
  decisive: ['policy-named', 'deploy-model'],
};

/** A second role by configuration, which is the first one. */
export const asksForItself: Cause = {
  text: 'The configured role is the one of the service account itself, which the program has already and which does not trust itself: remove the setting (role of an issuer, assumeRoleARN, role_arn).',
  rules: ['service-account-second-role'],
  messages: { 'service-account-second-role': ['own'] },
  tell: 'aws sts get-caller-identity in the pod names the role of the setting. scan reads ClusterIssuers and --aws-assume-role; Issuers of namespaces, variables, Secrets and configuration files it does not.',
  decisive: ['asks-for-itself'],
};

/** A second role by configuration, which refuses. */
export const configuredRoleRefuses: Cause = {
  text: 'The trust policy of the configured role does not allow sts:AssumeRole (and sts:TagSession with EKS Pod Identity) to the role of the service account, or that role has no permission for it.',
  rules: ['service-account-second-role', 'pod-identity-chain-refuses-tags'],
  messages: { 'service-account-second-role': ['absent', 'silent', 'chain', 'token', 'noFirst', 'noTags'] },
  tell: 'aws iam get-role of the configured role does not name the role of the service account.',
};

/** Pod Identity without its agent: it is not installed, or the pod is on Fargate, which has none. */
export const hasNoAgent: Cause = {
  text: 'The agent of EKS Pod Identity does not run where the pod does: install the add-on eks-pod-identity-agent. On Fargate, which has none, give the service account its role by IRSA (annotation), and restart the pod.',
  rules: ['pod-identity-agent-missing', 'pod-identity-pods-without'],
  tell: 'kubectl exec <pod> -- env shows AWS_CONTAINER_CREDENTIALS_FULL_URI, and kubectl --namespace kube-system get pods has no eks-pod-identity-agent on its node; a node of Fargate is called fargate-….',
  decisive: ['pod-identity-on-fargate'],
};
