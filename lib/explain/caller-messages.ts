import {
  byBroker,
  cannotReadToken,
  hasFile,
  hasKeys,
  hasNoRole,
  isNotCovered,
  metadataIsClosed,
  nodeIsMeant,
  sdkIsOld,
  wasNotInjected,
  wentOnToNode,
} from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';
import { byNode } from './node-identity.ts';

/** Where the text names the node: reports of programs name it most often. */
const withoutWebIdentity: Cause = {
  ...sdkIsOld,
  text: 'The program does not use the role of its pod: its SDK is too old for IRSA, lacks its module for STS, or its code or configuration names a provider (an instance profile, a list of providers) without web identity tokens. Update the program, add the module, or let it use the default chain of the SDK.',
  tell: 'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are set in the container, and the role was never used.',
};

const injectedNot: Cause = {
  ...wasNotInjected,
  text: 'The pod is older than the annotation, or the webhook did not inject it: restart it.',
  tell: 'AWS_ROLE_ARN is not set in the container, and its service account has eks.amazonaws.com/role-arn.',
  likelier: ['controller', 'variables-unset', 'now-and-then'],
};

/** The second role has a condition that the call does not meet. */
const conditionNotMet: Cause = {
  text: 'The trust policy of the second role has a condition that the call does not meet: sts:ExternalId that the program does not send, aws:PrincipalTag, aws:SourceIp, an organization. AWS names sts:TagSession for it too.',
  rules: [],
  tell: 'aws iam get-role of the second role shows a Condition.',
};

/** Of those that describe it: the node answers some pods, and not this one. */
const withoutAnswer: Cause = { ...metadataIsClosed, decisive: ['some-nodes'] };

/** Of those that say what they fear, and that nothing fails. */
const nodesAreOpen: Cause = {
  text: 'Nothing fails: a pod without a role of its own has that of its node. Give each service account that calls AWS a role, then require tokens of the metadata service and set its hop limit to 1.',
  rules: ['cluster-node-role-reachable'],
  tell: 'aws ec2 describe-instances shows HttpPutResponseHopLimit 2 or HttpTokens optional for the nodes.',
  decisive: ['nodes-are-open'],
};

/** Refusals that name their caller: they show which credentials the program has (docs/facts.md §C.3). */
export const callerMessages: readonly KnownMessage[] = [
  {
    id: 'sdk-node-role',
    from: 'other-service',
    everywhere: true,
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: s3:GetObject',
    patterns: byNode,
    says: 'The program did not use IRSA: it called AWS with the role of the node. kubectl exec <pod> -- env shows the way: with AWS_ROLE_ARN the program is the cause, without it the pod.',
    causes: [
      ...[withoutWebIdentity, hasNoRole, wentOnToNode, nodeIsMeant, injectedNot],
      ...[cannotReadToken, hasFile, isNotCovered, byBroker, withoutAnswer, nodesAreOpen],
    ],
    unless: [
      ...['iam-provider-denied', 'image-pull-node-role', 'pod-identity-node-denied'],
      ...['node-assumes-role', 'broker-kube2iam'],
    ],
  },
  {
    id: 'node-assumes-role',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role of the node>/i-0123456789abcdef0 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<role>',
    patterns: [
      /assumed-role\/[^/]{1,80}\/i-[0-9a-zx{<][^:]{0,60}is not authorized to perform:? sts:AssumeRole\b/i,
      /assumed-role\/[^/]{1,80}\/[<{[]?instance[-_ ]?id[>}\]]? is not authorized to perform:? sts:AssumeRole\b/i,
    ],
    says: 'The program is configured with a role, and asked for it with the role of the node: the pod has no role of its own.',
    causes: [
      hasNoRole,
      injectedNot,
      withoutWebIdentity,
      wentOnToNode,
      cannotReadToken,
      isNotCovered,
      {
        text: 'The program is configured with the role of the node itself, which it has already and which does not trust itself: remove the setting (role, roleArn, assumeRoleARN). With a role of its own for the service account, annotate that one.',
        rules: [],
        tell: 'Both names in the message are the same.',
        decisive: ['same-role'],
      },
      {
        text: 'The role of the node was meant: it needs sts:AssumeRole on the second role, which must trust it. Every pod of the node can do the same.',
        rules: [],
        tell: 'The installation has no service account of its own, or its documents say "instance profile".',
      },
    ],
    unless: ['broker-kube2iam'],
  },
  {
    id: 'sdk-irsa-role-permission',
    from: 'other-service',
    everywhere: true,
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role>/botocore-session-1700000000 is not authorized to perform: s3:GetObject',
    patterns: [
      /assumed-role\/[^/]{1,80}\/.{1,160}is not authorized to perform/i,
      // the session is redacted with the role
      /assumed-role\/\S{1,80} is not authorized to perform/i,
    ],
    says: 'The program has credentials of a role, and a policy refuses the call. If it is the role of the annotation, IRSA works.',
    causes: [
      {
        text: 'The role has no permission for the action, or another policy denies it; the end of the message often says which. This audit reads trust policies, not permissions.',
        rules: [],
        tell: 'The role in the message is the one of the annotation.',
      },
      {
        text: 'It is another role than the one of the annotation: the pod has an old one, or other credentials take precedence.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'service-account-pod-identity-overrides'],
        tell: 'The role in the message is not the one of kubectl get serviceaccount <name> --output yaml.',
      },
      {
        text: 'It is the role of the node, whose session the message does not show: the pod has no role of its own (annotate its service account, restart the pod), or its program does not use it (update it).',
        rules: [...hasNoRole.rules, ...wasNotInjected.rules, ...sdkIsOld.rules],
        tell: 'aws iam get-role of the role in the message shows a trust policy for ec2.amazonaws.com.',
        likelier: ['node-words'],
      },
      {
        text: 'The program was to assume a second role for this call and did not: the role of an account in ACK or Crossplane, roleArn of a trigger in KEDA, role of a store in External Secrets. It asked with its own.',
        decisive: ['keda-trigger'],
        rules: [],
        tell: 'The resource is of another account or workload, and CloudTrail has no AssumeRole by the role of the message.',
      },
    ],
    unless: [
      'sdk-node-role',
      'node-assumes-role',
      'service-self-assume',
      'service-tag-session',
      'service-role-chaining',
      'iam-provider-denied',
      'image-pull-node-role',
      'pod-identity-node-denied',
    ],
  },
  {
    id: 'service-self-assume',
    from: 'other-service',
    everywhere: true,
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<role>/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<role>',
    patterns: [
      /assumed-role\/([\w+=,.@<> -]{1,80})\/.{1,160}is not authorized to perform: sts:AssumeRole on resource:? \S{0,60}:role[:/]([\w+=,.@-]{1,64}\/){0,9}\1(?![\w+=,.@-])/i,
    ],
    says: 'The program has credentials of the role, so IRSA works, and then asks with them for the same role again. The role does not trust itself.',
    causes: [
      {
        text: 'The program is configured to assume a role (role, roleArn, assumeRoleARN, AWS_PROFILE with role_arn), and names the role that IRSA gives it already: remove that setting.',
        rules: ['service-account-second-role'],
        tell: 'Both names in the message are the same.',
      },
    ],
    unless: ['sdk-node-role', 'node-assumes-role'],
  },
  {
    id: 'service-tag-session',
    from: 'other-service',
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/<session> is not authorized to perform: sts:TagSession on resource: arn:aws:iam::<account>:role/<second role>',
    patterns: [/is not authorized to perform: sts:TagSession\b/i],
    says: 'The program has credentials of the first role and asks for the second one. Its session has tags, as every session of EKS Pod Identity has, and the second role does not allow to pass them on.',
    causes: [
      {
        text: 'The trust policy of the second role allows sts:AssumeRole alone: allow sts:TagSession to the first role too. The first role needs the permission for both actions.',
        rules: ['pod-identity-chain-refuses-tags', 'pod-identity-target-not-trusting'],
        tell: 'aws iam get-role of the second role shows no sts:TagSession.',
      },
      conditionNotMet,
      {
        text: 'Or switch the tags off, if no policy tests them: aws eks update-pod-identity-association … --disable-session-tags.',
        rules: [],
        tell: 'The first role is one of a Pod Identity association.',
      },
    ],
    unless: ['sdk-node-role', 'node-assumes-role'],
  },
  {
    id: 'service-role-chaining',
    from: 'other-service',
    everywhere: true,
    sample:
      'User: arn:aws:sts::<account>:assumed-role/<first role>/1700000000 is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::<account>:role/<second role>',
    patterns: [
      /assumed-role\/[^/]{1,80}\/.{1,160}is not authorized to perform: sts:AssumeRole\b/i,
      // the session is redacted with the role
      /assumed-role\/\S{1,80} is not authorized to perform: sts:AssumeRole\b/i,
    ],
    says: 'The program has credentials of the first role, asked with them for the second role, and was refused. If the first is the role of the annotation, IRSA works.',
    causes: [
      {
        text: 'The trust policy of the second role does not allow sts:AssumeRole (and sts:TagSession, if tags are passed) to the first.',
        rules: [],
        tell: 'aws iam get-role of the second role does not name the first.',
      },
      conditionNotMet,
      {
        text: 'The first role has no permission for sts:AssumeRole on the second.',
        rules: [],
        tell: 'The trust policy of the second role names the first, and no policy of the first allows the call.',
      },
      {
        text: 'Both names mean one role: the program is also configured to assume the role that IRSA gives it. Remove that setting.',
        rules: [],
        tell: 'aws sts get-caller-identity in the pod names the second role.',
      },
      {
        text: 'The first role is another one than the role of the annotation.',
        rules: ['pod-role-stale', 'pod-static-credentials', 'service-account-pod-identity-overrides'],
        tell: 'The first role in the message is not the one of kubectl get serviceaccount <name> --output yaml.',
      },
    ],
    unless: ['sdk-node-role', 'node-assumes-role', 'service-self-assume', 'service-tag-session'],
  },
  {
    id: 'service-iam-user',
    from: 'other-service',
    everywhere: true,
    sample: 'User: arn:aws:iam::<account>:user/<user> is not authorized to perform: s3:GetObject',
    patterns: [/arn:aws[a-z-]*:iam::[^:\s]{0,20}:user\/.{1,160}is not authorized to perform/i],
    says: 'The call was made with the access keys of an IAM user, not with IRSA.',
    causes: [
      hasKeys,
      {
        text: 'The program is configured with its own keys, from a Secret for example.',
        rules: [],
        tell: 'The container has no AWS_ACCESS_KEY_ID.',
      },
      {
        text: 'The keys are meant, those of a person, of a pipeline or of an installation without roles, and their user lacks the permission.',
        rules: [],
        tell: 'The user in the message is the one that was set up for this program.',
        decisive: ['user-of-client'],
      },
    ],
    unless: ['iam-provider-denied'],
  },
];
