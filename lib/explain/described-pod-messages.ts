/** Texts about service accounts and containers of pods that show no error of AWS: told where no error is known. */
import { hasNoRole, trustRefuses } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

const account = '\\b(?:sa|service ?account)s?\\b';
const roleOf = '(?:\\birsa\\b|\\biam\\b|\\brole\\b|\\beksctl\\b)';
const inNamespace =
  '\\b(?:in|to|of|from) (?:the |an? )?(?:same|right|correct|wrong|other|another|different) (?:ns|namespace)\\b';

export const describedPodMessages: readonly KnownMessage[] = [
  {
    id: 'annotation-on-pod',
    from: 'cluster',
    sample: 'the annotation eks.amazonaws.com/role-arn is on the pod and not on the service account',
    patterns: [
      /\brole-arn\W{0,3} annotations? (?:(?:is|was|are) )?(?:\w+ )?(?:on|to|in|into) (?:the |a |its )?(?:[\w-]+ )?pods?\b(?!.{0,12}\bservice ?account)/i,
      /\bannotations?\b.{0,40}\b(?:on|to|in|into) (?:the |a |its )?(?:[\w-]+ )?pods? (?:instead of|rather than|and not)\b.{0,24}\bservice ?account/i,
    ],
    says: 'The annotation eks.amazonaws.com/role-arn counts on a service account alone: nothing reads it on a pod.',
    causes: [
      {
        text: 'The annotation stands on the pod or in its template, and its service account has none: write it on the service account that the pod runs as, whose name the trust policy of the role has, and restart the pods.',
        rules: ['pod-annotation-ignored', 'service-account-role-unannotated'],
        tell: 'kubectl get pod <pod> --output yaml has the annotation, and kubectl get serviceaccount <name> --output yaml has not.',
      },
    ],
  },
  {
    id: 'pods-keep-role',
    from: 'cluster',
    sample: 'changing the role in the annotation of a service account: nothing happens until a new pod is made',
    patterns: [
      /\b(?:chang|alter|updat|modif|edit)\w*\b.{0,40}\b(?:role(?:[- ]arn)?|annotations?)\b.{0,40}\bservice ?accounts?\b.{0,200}\b(?:until|unless|not (?:updated|reflected|take effect)|(?:existing|running|old) pods?|nothing (?:will )?happens?|nothing will happen)\b/i,
      /\bpods?\b.{0,60}\b(?:still|keep|kept|continue\w*)\b.{0,40}\b(?:old|former|previous)\b.{0,12}\broles?\b.{0,120}\bannotation/i,
    ],
    says: 'The webhook writes the role into a pod when it is made. A later change of the annotation is for new pods alone.',
    causes: [
      {
        text: 'The pods are older than the change, and keep the role of the time when they were made: restart them after each change of the annotation.',
        rules: ['pod-role-stale', 'pod-not-injected'],
        tell: 'kubectl exec <pod> -- env shows another AWS_ROLE_ARN than the annotation of its service account.',
      },
    ],
  },
  {
    id: 'annotation-names-other-role',
    from: 'cluster',
    sample: 'the role-arn annotation does not match the ARN of the role',
    patterns: [
      /\b(?:role-arn|annotation)\b(?:(?![.!?] ).){0,80}(?:\bnot|n.t) match(?:(?![.!?] ).){0,40}\b(?:arn|role)\b/i,
      /\bannotation\b(?:(?![.!?] ).){0,24}\b(?:pointing|points?|set|pointed) (?:to )?(?:the |a |an )*(?:wrong|other|another) (?:iam )?role\b/i,
    ],
    says: 'The annotation of the service account names another role than the one that was made for it.',
    causes: [
      {
        text: 'The role of the annotation does not exist, or does not trust the account: write the ARN of the real role, as aws iam get-role prints it (a module may add a prefix or a random ending), and restart the pods.',
        rules: [
          'service-account-role-missing',
          'service-account-role-not-trusting',
          'service-account-role-arn-malformed',
        ],
        tell: 'aws iam get-role of the name in the annotation finds nothing, or a role for another account.',
      },
    ],
  },
  {
    id: 'account-in-other-namespace',
    from: 'cluster',
    sample: 'the service account was created in the wrong namespace, and its pods have no role',
    patterns: [
      new RegExp(
        `${account}.{0,80}\\b(?:creat\\w+|made|be|exist\\w*|was|is)\\b.{0,12}${inNamespace}(?<=${roleOf}.{0,600})`,
        'i',
      ),
      new RegExp(
        `${account}.{0,80}\\b(?:creat\\w+|made|be|exist\\w*|was|is)\\b.{0,12}${inNamespace}(?=.{0,600}${roleOf})`,
        'i',
      ),
    ],
    says: 'A service account counts in its own namespace alone, and a trust policy names that namespace.',
    causes: [
      {
        text: 'The account with the role is in another namespace than the pods, which run as one of the same name or as default: make it where the pods are, and name that namespace in the trust policy.',
        rules: [
          ...['service-account-workload-elsewhere', 'trust-subject-unknown-namespace'],
          ...['trust-subject-unknown-service-account', 'service-account-role-not-trusting'],
        ],
        tell: 'kubectl get serviceaccounts --all-namespaces shows the account with the annotation in another namespace than kubectl get pods.',
      },
    ],
  },
  {
    id: 'eksctl-account-and-chart',
    from: 'cluster',
    sample: 'eksctl create iamserviceaccount --role-only, then helm install with the annotation',
    patterns: [
      /eksctl create iamserviceaccount\b(?=.{0,400}--role-only\b)(?=.{0,1500}\bhelm (?:upgrade|install)\b)(?!.{0,1500}serviceAccount\.name)/i,
    ],
    says: 'eksctl makes a role here that trusts one name of a service account, and a Helm chart makes the account.',
    causes: [
      {
        ...trustRefuses,
        text: 'The trust policy names the account of --name and --namespace, and the chart runs as the name of its own value: give both the same (serviceAccount.name of the chart, or --name of eksctl).',
        rules: ['trust-subject-unknown-service-account', ...trustRefuses.rules],
        decisive: [],
      },
      { ...hasNoRole, decisive: [], likelier: [] },
    ],
  },
  {
    id: 'role-on-default-described',
    from: 'cluster',
    sample: 'the default service account of the namespace has a role, which every pod gets',
    patterns: [
      /\bdefault\b\W{0,2} service ?account\b.{0,80}\b(?:has|with|carries|annotat\w+)\b.{0,60}\b(?:irsa|iam|roles?|annotations?)\b.{0,400}\b(?:escalat\w+|every (?:pod|deployment)|any pod|all pods|silently|unintended)/i,
    ],
    says: 'Pods that name no service account run as default. A role on it is given to each of them.',
    causes: [
      {
        text: 'The account default of the namespace has the role: make a service account of its own for the workload that needs it, and remove the annotation or the association from default.',
        rules: ['service-account-on-default'],
        tell: 'kubectl get serviceaccount default --output yaml has eks.amazonaws.com/role-arn.',
      },
    ],
  },
  {
    id: 'container-added-later',
    from: 'cluster',
    sample: 'the variables of the role are not injected into this new container',
    patterns: [
      /(?:\bnot|n.t) (?:being )?(?:injected|added|set) (?:in(?:to)?|to|on|for) (?:this|the|that|these|an?) (?:new |other |injected |second )?(?:container|side-?car)/i,
      /\bre-?invocation\b.{0,60}\b(?:not|mutat\w+|webhook)\b/i,
    ],
    says: 'Containers of one pod differ: the webhook for roles gave the variables to those that were there when it ran.',
    causes: [
      {
        text: 'Another webhook (an injector of a sidecar) adds its container later. Let the injector write AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the mount of aws-iam-token into its container; elsewhere than on EKS, where it has it, give the webhook for roles reinvocationPolicy: IfNeeded. Then make the pod again.',
        rules: ['pod-container-uncovered'],
        messages: { 'pod-container-uncovered': ['nothing'] },
        tell: 'kubectl get pod <pod> --output yaml shows AWS_ROLE_ARN in the other containers.',
      },
      {
        text: 'The pod tells the webhook to skip the container.',
        rules: ['pod-container-uncovered'],
        messages: { 'pod-container-uncovered': ['skipped'] },
        tell: 'The pod has the annotation eks.amazonaws.com/skip-containers.',
      },
    ],
  },
  {
    id: 'fargate-logs-described',
    from: 'cluster',
    sample: 'on Fargate the log router lacks IAM permissions',
    patterns: [
      /\bfargate\b.{0,300}\b(?:fluent ?-?bit|log(?:ging)? router|logging)\b.{0,200}\b(?:iam|permissions?|access|denied)\b/i,
    ],
    says: 'The log router of Fargate is no container of the pod, and has no role of a service account.',
    causes: [
      {
        text: 'It writes with the pod execution role of the Fargate profile: give that role the permission for the logs (logs:CreateLogStream, PutLogEvents and others).',
        rules: [],
        tell: 'aws eks describe-fargate-profile --query fargateProfile.podExecutionRoleArn names the role, and kubectl describe pod shows LoggingDisabled where aws-logging is wrong.',
      },
    ],
  },
];
