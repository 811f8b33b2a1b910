import type { Cause, KnownMessage } from './known-message.ts';

const otherValue: Cause = {
  text: 'The values set the annotation where this chart, or this version of it, does not read it, so that the service account has no role: look for serviceAccount in helm show values (it may be below rbac, controller, server, or the name of a subchart; in the resource of an operator below serviceAccountTemplate), then restart the pods.',
  rules: ['service-account-role-unannotated'],
  tell: 'helm get manifest <release> shows a ServiceAccount without eks.amazonaws.com/role-arn.',
  likelier: ['after-update'],
};
const otherAccount: Cause = {
  text: 'The chart does not let its pods run as the annotated service account: they run as default, or as one that the chart makes. Set its value for the name (serviceAccount.create=false, serviceAccount.name), use a version that has one, or patch the workload; until then the pods have no role.',
  rules: ['service-account-workload-elsewhere'],
  tell: 'kubectl get pod <pod> --output jsonpath={.spec.serviceAccountName} prints another account.',
  decisive: ['other-account'],
};
export const noValue: Cause = {
  text: 'The chart has no value for annotations of its service account: annotate it with kubectl annotate (an upgrade may remove this), by a post-renderer or kustomize, or make the service account yourself and give the chart its name. A newer version may have the value.',
  rules: ['service-account-role-unannotated'],
  tell: 'helm show values has no serviceAccount.annotations.',
  decisive: ['value-asked-for'],
};

const account = "service ?account[`'\"]?(?:s|'s)?\\b";
const sameSentence = '(?:(?![.!?] ).)';
const absent =
  '(?:does ?n.t|do ?n.t|does not|do not|not|never|cannot|can ?n.t|unable|impossible|no (?:way|option|support)|any way|missing|lacks?)';

/** Descriptions of charts and operators that keep the role from the pods: told where no error is in the text. */
export const workloadMessages: readonly KnownMessage[] = [
  {
    id: 'chart-service-account',
    from: 'cluster',
    sample: 'the chart does not set serviceAccount.annotations',
    patterns: [
      // a value under another name
      /serviceAccount[`'"]?\.annotations\b.{0,160}\b(correct|wrong|should|instead|but|actual|moved|renamed|now)\b/i,
      /\b(correct|wrong|should|instead|actual|moved|renamed|incorrect)\b.{0,160}serviceAccount[`'"]?\.annotations\b/i,
      /\bcharts?\b.{0,160}\bservice ?account\b.{0,120}\b(under|below|top[- ]level|nested|moved|shifts?)\b/i,
      // no value, or one that is not passed on
      new RegExp(`\\bcharts?\\b${sameSentence}{0,120}\\b${absent}\\b${sameSentence}{0,60}\\b${account}`, 'i'),
      new RegExp(`\\bcharts?\\b${sameSentence}{0,120}\\b${account}${sameSentence}{0,60}\\b${absent}\\b`, 'i'),
      /\bcharts?\b.{0,160}\b(allow|enable|add|support|need|ability|able|option|possib\w+)\b.{0,80}\bannotat\w+.{0,60}\bservice ?accounts?\b/i,
      /\bcharts?\b.{0,160}\b(allow|enable|add|support|need|ability|able|option|possib\w+)\b.{0,80}\bservice ?accounts?.{0,40}\bannotat\w+/i,
      /\b(add|allow|support|set|create|need)\w*\b.{0,60}\bservice ?account[`'"]?s?\b.{0,40}\b(annotations?|options?|config\w*|values?)\b.{0,200}\b(irsa|iam roles?|eks\.amazonaws\.com)\b/i,
      /\b(irsa|iam roles?)\b.{0,200}\b(add|allow|support|need)\w*\b.{0,60}\bservice ?account[`'"]?s?\b.{0,40}\b(annotations?|options?|config\w*|values?)\b/i,
      /\bservice ?account (config\w*|options?|annotations?|values?)\b.{0,60}\birsa\b/i,
      /\b(support|add|allow|expose)\w* .{0,20}\bserviceAccountName\b.{0,80}\b(irsa|iam roles?)\b/i,
      /\bno way\b.{0,60}\bannotations?\b.{0,40}\bservice ?account\b|\bservice ?account\b.{0,40}\bno way\b.{0,40}\bannotat/i,
      /\bannotations? (is|are|was|were) (not|n.t|never) (being )?(attached|added|rendered|passed|propagated|set) (to )?(the |its )?service ?account\b/i,
      // of an operator, a module or a patch
      /\b(?:impossible|not possible|unable|no way) to (?:provide|give|set|add|pass)\b.{0,40}\bannotations?\b.{0,24}\bservice ?accounts?\b/i,
      /\b(?:sa|service ?accounts?)\b ?(?:role )?annotations?\b(?:(?![.!?] ).){0,40}(?:\bnot\b|n.t\b|\bnever\b)/i,
      /\bservice ?account\b.{0,24}(?:\bnot|n.t) (?:\w+ )?(?:associated|linked) with\b/i,
      /\bpatch\w*\b.{0,60}(?:\bnot\b|n.t\b).{0,12}\bappl(?:y|ied|ies)\b.{0,600}\bserviceaccount\b.{0,300}\brole-arn\b/i,
      /\bcharts?\b.{0,60}\bannotations?\b.{0,160}\bservice ?account|\bhelm\b.{0,300}\bsee no annotation|\bsee no annotation.{0,400}\bhelm\b/i,
    ],
    says: 'A chart, an operator or a module makes the service account of the pods without its role, or lets the pods run as another one.',
    causes: [otherValue, otherAccount, noValue],
  },
  {
    id: 'webhook-drops-fields',
    from: 'cluster',
    sample: 'Forbidden: may not be set for init containers without restartPolicy=Always',
    patterns: [
      /may not be set for init containers without restartPolicy=Always/i,
      /\bwebhook\b.{0,80}\b(?:break\w*|drop\w*|remov\w*|strip\w*|los(?:t|es|ing))\b.{0,40}\b(?:side-?cars?|restartPolicy)\b/i,
    ],
    says: 'A webhook that does not know sidecar containers (init containers with restartPolicy: Always) wrote the containers back without this field, and the API server refuses the pod.',
    causes: [
      {
        text: 'The webhook for roles of a cluster that is not of EKS is older than Kubernetes 1.28: update the webhook (kOps has it as an add-on).',
        rules: [],
        tell: 'The same pod with a service account without a role is accepted.',
      },
      {
        text: 'Another mutating webhook writes the containers back.',
        rules: [],
        tell: 'The pod is refused without a role too.',
      },
    ],
  },
  {
    id: 'token-mounted-twice',
    from: 'cluster',
    sample: 'Invalid value: "/var/run/secrets/eks.amazonaws.com/serviceaccount": must be unique',
    patterns: [/eks\.amazonaws\.com\/serviceaccount"?: must be unique/i],
    says: 'The token would be mounted twice in one container, and the API server refuses the pod.',
    causes: [
      {
        text: 'Another admission webhook adds or moves containers between two calls of the webhook for roles, which then mounts the token again: the injector of Istio with holdApplicationUntilProxyStarts does so. Switch that off for the pod, or update both webhooks.',
        rules: [],
        tell: 'The pod is created where the other webhook does not apply (another namespace, its opt-out annotation).',
      },
      {
        text: 'The template of the pod mounts the same path by itself, under another name than aws-iam-token: remove that volume.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl get deployment <name> --output yaml has the path.',
      },
    ],
  },
  {
    id: 'operator-recreates-pods',
    from: 'cluster',
    sample: 'the annotation of the service account makes the pods restart in a loop',
    patterns: [
      /\b(annotations?|role-arn|irsa|iam role)\b.{0,120}\b(restart|recreate|re-create|terminat\w+|reconcil\w+|delet\w+)\w*[- ](\w+ ){0,2}loop/i,
      /(?<!\breconcil\w{0,8} )\bloop\b.{0,120}\b(annotations?|role-arn|irsa)\b/i,
      /\b(irsa|role-arn|iam[- ]role\w*)\b.{0,120}\b(continuous\w*|constant\w*|endless\w*|repeated\w*|keeps?)\b.{0,30}\b(restart|recreat|terminat|delet)\w*/i,
      /\b(irsa|iam roles? for service ?accounts?)\b.{0,400}\bTerminating\b.{0,400}unmounted volumes/i,
      /unmounted volumes=\[[^\]]{0,200}aws-iam-token/i,
    ],
    says: 'Pods of a service account with a role do not stay: something deletes or changes them after the webhook.',
    causes: [
      {
        text: 'An operator compares its pods with its own template and deletes those that the webhook changed. Update it, or write what the webhook adds (AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, the volume aws-iam-token and its mounts) into the template of its resource: pods that have them are left as they are.',
        rules: [],
        tell: 'The owner of the pod is no ReplicaSet, StatefulSet, DaemonSet or Job, and the log of its operator says that the pod changed.',
      },
      {
        text: 'The pods end by themselves: their program fails with its role, or the token is not mounted in time.',
        rules: [],
        tell: 'kubectl logs <pod> --previous shows an error.',
      },
    ],
  },
];
