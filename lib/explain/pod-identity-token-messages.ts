import type { KnownMessage } from './known-message.ts';

/** Answers about the token of EKS Pod Identity (docs/facts.md §C.3, §H.3). */
export const podIdentityTokenMessages: readonly KnownMessage[] = [
  {
    id: 'pod-identity-token-malformed',
    from: 'sdk',
    sample:
      'Service account token cannot be parsed: token is malformed: could not base64 decode header: illegal base64 data at input byte 6',
    patterns: [/service account token cannot be parsed/i, /token is malformed: could not (base64|json) decode header/i],
    says: 'The Pod Identity agent got something that is not a JSON Web Token in the Authorization header.',
    causes: [
      {
        text: 'The program sends "Bearer " before the token. The agent wants the content of the token file alone. Update the program or its SDK.',
        rules: [],
        tell: 'Byte 6 is the space after "Bearer".',
      },
      {
        text: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names another file than the projected token.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl exec <pod> -- env shows another path than /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token.',
      },
    ],
  },
  {
    id: 'pod-identity-token-empty',
    from: 'sdk',
    sample: '400 Bad Request: Service account token cannot be empty',
    patterns: [
      /service account token cannot be empty/i,
      /AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\b.{0,80}((\bnot|n.t|\bnever) (read|support|look at|use|honou?r|consider)\w*|\bignor\w+)/i,
      /(\bnot|n.t|\bnever) (read|support|look at|use|honou?r|consider)s?\b.{0,60}\bAWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\b/i,
    ],
    says: 'The program reached the Pod Identity agent and sent no token.',
    causes: [
      {
        text: 'The program or its SDK does not read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: update it.',
        rules: ['runtime-sdk-unsupported', 'pod-identity-role-never-used'],
        tell: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is set in the container, and cat of the file prints a token.',
      },
      {
        text: 'The process does not get the variable: a process manager (PHP-FPM with clear_env, sudo, cron) clears the environment.',
        rules: [],
        tell: '/proc/<pid>/environ of the program lacks it.',
      },
      {
        text: 'The user of the program may not read the token.',
        rules: ['pod-token-unreadable'],
        tell: 'cat of the file as that user says permission denied.',
      },
    ],
  },
  {
    id: 'pod-identity-token-expired',
    from: 'sdk',
    sample:
      '(ExpiredTokenException): The token included in the request is expired: current date/time 2026-01-01T08:00:00Z must be before the expiration date/time 2026-01-01T07:00:00Z.',
    patterns: [
      /the token included in the request is expired: current date/i,
      /service account token failed basic claim validations: token is expired/i,
      /(AssumeRoleForPodIdentity|169\.254\.170\.23|fd00:ec2::23).{0,200}ExpiredTokenException/i,
      /kubernetes service account token is expired/i,
    ],
    says: 'The token of the service account had expired when EKS received it. The kubelet renews the file; the program or its SDK kept the first one.',
    causes: [
      {
        text: 'The SDK reads AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE once: update it, and restart the pod until then.',
        rules: ['runtime-sdk-unsupported'],
        tell: 'The error begins some hours after the start of the pod, and stays until a restart.',
      },
      {
        text: 'The pod is gone, and the agent renews what it had cached for it. Nothing is to be done.',
        rules: [],
        tell: "It stands in the agent's log alone, beside 'Removing credentials from cache', and no program fails.",
      },
      { text: 'The clock of the node is wrong.', rules: [], tell: 'date on the node differs from the time of AWS.' },
    ],
    unless: ['pod-identity-agent-cache'],
  },
  {
    id: 'pod-identity-token-file',
    from: 'sdk',
    sample:
      'open /var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token: no such file or directory',
    patterns: [/eks-pod-identity-token.{0,60}(no such file|permission denied|enoent|eacces)/i],
    says: 'The variables of EKS Pod Identity are set in the container, and the program cannot read the token.',
    causes: [
      {
        text: 'no such file: the variables were set by hand, or the container was added after the webhook.',
        rules: ['pod-container-uncovered'],
        tell: 'kubectl get pod <pod> --output yaml has no volume eks-pod-identity-token.',
      },
      {
        text: 'permission denied: the container does not run as root, and the pod has no fsGroup.',
        rules: ['pod-token-unreadable'],
        tell: 'kubectl exec <pod> -- id shows another user than root, and the pod has no fsGroup.',
      },
    ],
  },
];
