import type { CauseText } from './cause.ts';

/** Rules on a pod that the webhook did not inject, whatever the reason. */
const notInjected = ['pod-not-injected', 'webhook-missing', 'webhook-invalid', 'webhook-not-injecting'] as const;

/** The service account has no role, or the pod did not get it. */
export const roleCauses = {
  'no-role': {
    says: 'The service account that the pod runs as has no role: neither the annotation eks.amazonaws.com/role-arn nor a Pod Identity association.',
    tell: 'kubectl get serviceaccount <name> --output yaml, of the account in kubectl get pod <pod> --output jsonpath={.spec.serviceAccountName}, has no eks.amazonaws.com/role-arn.',
    fix: 'Annotate that service account with the ARN of its role (or create an association), then restart the pods.',
    rules: ['service-account-role-unannotated', 'pod-role-unannotated', 'cluster-controller-account-unfit'],
  },
  'pods-as-other-account': {
    says: 'The pods run as another service account than the one with the role: as default, which a pod without serviceAccountName runs as, or as one that the chart makes.',
    tell: 'kubectl get pod <pod> --output jsonpath={.spec.serviceAccountName} prints another name than that of the annotated service account.',
    fix: 'Set serviceAccountName in the pod template (in most charts serviceAccount.create=false and serviceAccount.name), or annotate the account that the pods run as.',
    rules: ['service-account-workload-elsewhere', 'service-account-role-unannotated'],
  },
  'account-in-other-namespace': {
    says: 'The service account with the role is in another namespace than the pods, which run as one of the same name there, or as default.',
    tell: 'kubectl get serviceaccounts --all-namespaces shows the name in two namespaces, or in another one than that of the pod.',
    fix: 'Create the service account with its annotation in the namespace of the pods, and name that namespace in the trust policy.',
    rules: [
      'service-account-workload-elsewhere',
      'trust-subject-unknown-namespace',
      'service-account-role-not-trusting',
    ],
  },
  'account-gone': {
    says: 'The service account does not exist: it was deleted or renamed, its chart does not create it (serviceAccount.create=false), or the tool made its role alone.',
    tell: 'kubectl get serviceaccount <name> --namespace <namespace> finds nothing.',
    fix: 'Create the service account with the annotation eks.amazonaws.com/role-arn (eksctl: delete the iamserviceaccount first), then restart the pods.',
    rules: ['pod-service-account-gone', 'trust-subject-unknown-service-account', 'cluster-controller-account-unfit'],
  },
  'eksctl-keeps-account': {
    says: 'eksctl left the service account as it was, because its CloudFormation stack or the account existed already: the account has no annotation, or that of an earlier role.',
    tell: 'eksctl get iamserviceaccount --cluster <name> shows a role, and kubectl get serviceaccount <name> --output yaml another one or none.',
    fix: 'kubectl annotate serviceaccount <name> --overwrite eks.amazonaws.com/role-arn=<role of eksctl get iamserviceaccount>, then restart the pods.',
    rules: ['service-account-role-unannotated', 'service-account-role-missing'],
  },
  'annotation-mistyped': {
    says: 'The key of the annotation is mistyped, or its line is no annotation: the webhook reads eks.amazonaws.com/role-arn alone (in China too).',
    tell: 'kubectl get serviceaccount <name> --output yaml has a similar key, or the key and its value as one text.',
    fix: 'Write eks.amazonaws.com/role-arn: <ARN of the role> on the service account, then restart the pods.',
    rules: ['service-account-annotation-mistyped', 'service-account-option-ignored'],
  },
  'annotation-on-pod': {
    says: 'The annotation stands on the pod or in its template, where nothing reads it; its service account has none.',
    tell: 'kubectl get pod <pod> --output yaml has eks.amazonaws.com/role-arn under metadata.annotations.',
    fix: 'Write the annotation on the service account that the pod runs as, then restart the pods.',
    rules: ['pod-annotation-ignored'],
  },
  'role-arn-malformed': {
    says: 'The annotation holds no valid ARN of a role: white space, quotes, a prefix twice, an empty template, or the ARN of something else.',
    tell: "kubectl get serviceaccount <name> --output jsonpath='{.metadata.annotations}' prints another form than arn:<partition>:iam::<12 digits>:role/<name>.",
    fix: 'Write the ARN as aws iam get-role --role-name <role> --query Role.Arn prints it, then restart the pods.',
    rules: ['service-account-role-arn-malformed'],
  },
  'role-missing': {
    says: 'The annotation or the association names a role that does not exist: deleted, mistyped, of another name (a module may add a prefix or an ending), or with the number of another AWS account.',
    tell: 'aws iam get-role --role-name <role> finds nothing, or prints another ARN than the annotation.',
    fix: 'Write the ARN of the real role into the annotation (or create the role), then restart the pods.',
    rules: ['service-account-role-missing', 'pod-identity-role-missing'],
  },
  'chart-annotation': {
    says: 'The chart or the operator makes the service account without the annotation: it has no value for annotations, or the values set the annotation where this version does not read it.',
    tell: 'helm template of the release shows a ServiceAccount without eks.amazonaws.com/role-arn.',
    fix: 'Find serviceAccount in helm show values (it may be below rbac, controller, server or a subchart; with an operator below serviceAccountTemplate) and set the annotation there. Where the chart has no such value, update it, or create the annotated service account yourself and give the chart its name. Then restart the pods.',
    rules: ['service-account-role-unannotated'],
  },
  'addon-role': {
    says: 'The EKS add-on was given no role, so its service account has no annotation.',
    tell: 'aws eks describe-addon --query addon.serviceAccountRoleArn prints nothing, and addon.podIdentityAssociations is empty.',
    fix: 'Create a role that trusts the service account of the add-on, then aws eks update-addon --service-account-role-arn <role> (or a Pod Identity association). EKS annotates the account; restart the pods.',
    rules: ['addon-role-differs', 'service-account-role-unannotated'],
  },
  'pod-not-injected': {
    says: 'The webhook did not inject the pod: it is older than the annotation of its service account, was created at the same moment, or the webhook did not answer.',
    tell: 'kubectl get pod <pod> --output yaml has no AWS_ROLE_ARN, and its service account has eks.amazonaws.com/role-arn.',
    fix: 'Restart the pods: kubectl rollout restart. If new pods lack it too, look at the webhook.',
    rules: ['pod-not-injected', ...notInjected],
  },
  'pod-role-stale': {
    says: 'The pods are older than the last change of the annotation, and keep the role of the time when they were created.',
    tell: 'AWS_ROLE_ARN in kubectl get pod <pod> --output yaml is not the role of the annotation.',
    fix: 'Restart the pods after each change of the annotation.',
    rules: ['pod-role-stale', 'pod-audience-stale'],
  },
  'container-skipped': {
    says: 'The webhook skipped this container: an annotation excludes it (eks.amazonaws.com/skip-containers), or another webhook added it later.',
    tell: 'kubectl get pod <pod> --output yaml shows AWS_ROLE_ARN in another container and not in this one.',
    fix: 'Remove the name from the annotation, or let the injector of the sidecar write AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the mount; then create the pod again.',
    rules: ['pod-container-uncovered'],
    messages: { 'pod-container-uncovered': ['nothing', 'skipped'] },
  },
  'variables-by-hand': {
    says: 'The template sets AWS_ROLE_ARN or AWS_WEB_IDENTITY_TOKEN_FILE itself: the webhook leaves such a container as it is, without the token or the other variable.',
    tell: 'The Deployment, and not only the pod, has AWS_ROLE_ARN or AWS_WEB_IDENTITY_TOKEN_FILE.',
    fix: 'Remove both variables from the template, annotate the service account, restart the pods: the webhook sets the variables and mounts the token.',
    rules: ['pod-container-uncovered', 'pod-not-injected'],
    messages: {
      'pod-container-uncovered': ['apiToken', 'otherAudience', 'foreignVolume', 'wrongPath', 'loneVariable', 'noMount'],
    },
  },
  'variables-not-passed': {
    says: 'The variables of the role do not reach the process: a wrapper clears the environment (sudo, cron, envdir, clear_env of PHP-FPM), or the program runs in a container that another one started, or on another machine.',
    tell: '/proc/<pid>/environ of the process lacks AWS_ROLE_ARN, which the container has.',
    fix: 'Pass AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the token file on to the process, or give the other machine credentials of its own.',
    unseen: 'the environment of the process itself',
    rules: ['pod-container-uncovered'],
    messages: { 'pod-container-uncovered': [] },
  },
  'token-unreadable': {
    says: 'The user of the program may not read the token: the container does not run as root, and the pod has no fsGroup.',
    tell: 'ls -lL /var/run/secrets/eks.amazonaws.com/serviceaccount/ in the container shows a file of root alone.',
    fix: 'Set securityContext.fsGroup of the pod (65534 for example), then restart it. Kubernetes 1.19 and later does so where runAsUser is set.',
    rules: ['pod-token-unreadable'],
    unseen: 'the user that an image sets',
    sign: 'token-of-root',
  },
  'token-not-mounted': {
    says: 'The token of the Kubernetes API is not mounted: automountServiceAccountToken is false on the service account or the pod. AWS is not asked.',
    tell: 'kubectl get pod <pod> --output yaml has automountServiceAccountToken: false.',
    fix: 'Set automountServiceAccountToken: true, if the program is to call the Kubernetes API.',
  },
  'windows-path': {
    says: 'The container runs Windows, and the path of the token has no drive: the SDK takes it for a relative one.',
    tell: 'AWS_WEB_IDENTITY_TOKEN_FILE begins with /var in a container of Windows.',
    fix: 'Set nodeSelector kubernetes.io/os: windows, for which the webhook writes C:\\, or update the SDK.',
  },
  'mount-twice': {
    says: 'Another admission webhook moves containers between two calls of the webhook for roles, which then mounts the token again.',
    tell: 'The pod is refused for a mount path that is not unique.',
    fix: 'Switch off holdApplicationUntilProxyStarts of Istio for the pod, or update both webhooks; remove a volume of the template that mounts the same path.',
    rules: ['pod-container-uncovered'],
    messages: { 'pod-container-uncovered': ['foreignVolume'] },
  },
  'operator-recreates-pods': {
    says: 'An operator compares its pods with its own template and deletes those that the webhook changed.',
    tell: 'Its pods are created and deleted over and over, without a failure of their own.',
    fix: 'Update the operator, or write what the webhook adds (AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, the volume aws-iam-token and its mounts) into the template of its resource.',
  },
  'role-on-default': {
    says: 'The account default of the namespace has the role, so every pod without a service account of its own has it.',
    tell: 'kubectl get serviceaccount default --output yaml has eks.amazonaws.com/role-arn.',
    fix: 'Create a service account for the workload that needs the role, and remove the annotation or the association from default.',
    rules: ['service-account-on-default'],
  },
} as const satisfies Readonly<Record<string, CauseText>>;
