import type { KnownMessage } from './known-message.ts';

/** Programs that answer the metadata requests of pods in place of the node. */
export const brokerMessages: readonly KnownMessage[] = [
  {
    id: 'broker-kube2iam',
    from: 'other-service',
    sample:
      'level=error msg="Error assuming role AccessDenied" pod.iam.role=<role> req.path=/latest/meta-data/iam/security-credentials/',
    patterns: [
      /pod\.iam\.role|using fallback role for ip\b|\breq\.path=\/latest\/(api\/token|meta-data)/i,
      /namespace policy expression .{0,80}forbids role|\brole:? ?arn:aws\S{1,200} on namespace:? ?\S{1,80} not found/i,
      /error (processing request|requesting credentials|assuming role).{0,300}security-credentials/i,
      /ec2(metadataerror|rolerequesterror): .{0,200}assumed-role\/\S{1,100} is not authorized to perform: sts:AssumeRole\b/i,
    ],
    says: 'kube2iam or kiam answers here: it assumes a role with the role of the node and gives it to pods as metadata. It reads iam.amazonaws.com/role of the pod. This is not IRSA, and the annotation of the service account does nothing for it.',
    causes: [
      {
        text: 'To use IRSA, annotate the service account with eks.amazonaws.com/role-arn, restart its pods, and remove kube2iam or kiam once every pod has a role of its own.',
        rules: ['service-account-annotation-mistyped', 'service-account-role-unannotated'],
        tell: 'kubectl get daemonset --all-namespaces lists kube2iam or kiam, and the container has no AWS_ROLE_ARN.',
      },
      {
        text: 'To stay with it: its role needs sts:AssumeRole on the role of the pod, and that role must trust the role of the node or of the server of kiam.',
        rules: [],
        tell: 'The message has two roles and sts:AssumeRole.',
      },
      {
        text: 'The namespace of the pod does not permit the role: kiam reads iam.amazonaws.com/permitted (a regular expression; without it, no role), kube2iam with --namespace-restrictions reads iam.amazonaws.com/allowed-roles.',
        rules: [],
        tell: 'kubectl get namespace <namespace> --output yaml has no such annotation, or one that does not match the role.',
        decisive: ['namespace-forbids'],
      },
    ],
    unless: ['sdk-sts-unreachable', 'sdk-sts-global-unreachable', 'sdk-sts-dns-silent', 'sdk-sts-not-resolved'],
  },
];
