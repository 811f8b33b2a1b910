import { asksForItself } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

const webIdentity =
  "(?:\\birsa\\b|\\bweb ?identity\\b|AWS_WEB_IDENTITY_TOKEN_FILE|\\bpod(?:'s)? (?:iam )?role\\b|\\bservice ?account(?:'s)? role\\b)";
const given =
  '(?:static|explicit\\w*|access ?keys?|(?:shared )?credentials?(?: file)?|profile|assumed|cross-account|configured|given|exported)';

/** The role of the pod where another identity was meant. */
export const podRoleInsteadMessage: KnownMessage = {
  id: 'pod-role-instead',
  from: 'sdk',
  sample: 'web identity takes precedence over static credentials',
  patterns: [
    new RegExp(
      `\\bauthenticat\\w+\\b.{0,80}\\b(?:as|using|with|through|via|by)\\b.{0,60}${webIdentity}.{0,120}\\b(?:instead of|rather than|(?:does|do) ?(?:not|n.t) (?:take|use|honou?r|respect))\\b.{0,60}\\b${given}`,
      'i',
    ),
    new RegExp(`\\b(?:priority|precedence)\\b.{0,12}\\b(?:to|for) (?:the )?${webIdentity}.{0,80}\\bover\\b`, 'i'),
    new RegExp(
      `${webIdentity}.{0,60}\\b(?:tak(?:es|ing) (?:precedence|priority)|overrid(?:es|ing)|fires? before|wins)\\b.{0,80}\\b${given}`,
      'i',
    ),
    new RegExp(
      `\\b${given} .{0,40}\\b(?:is|are|was|were|gets?) (?:being )?(?:ignored|overridden|not (?:used|taken|honou?red))\\b.{0,160}${webIdentity}`,
      'i',
    ),
  ],
  says: 'The program acts with the role of its pod, where it was given other credentials. The role works; the order is the cause.',
  causes: [
    {
      text: 'The credentials that it was given stand behind web identity in its order: SDKs read a file or a profile after the variables of the role, and some programs look at the variables before keys of their own configuration. Update the program, give the credentials where it looks first, or start this one step without the variables (env -u AWS_ROLE_ARN -u AWS_WEB_IDENTITY_TOKEN_FILE).',
      rules: [],
      tell: 'aws sts get-caller-identity in the pod names the role of the annotation, and the program works without the two variables.',
    },
    {
      text: 'The other role is one that the program assumes itself, and its setting is not read: name it in a profile of role_arn and source_profile, or in the program.',
      rules: ['service-account-second-role'],
      tell: 'CloudTrail has no AssumeRole of the role of the pod.',
    },
  ],
};

/** EKS Pod Identity, in words of people. */
export const podIdentityDescribed: KnownMessage = {
  id: 'pod-identity-described',
  from: 'sdk',
  sample: 'EKS Pod Identity does not work',
  patterns: [
    /^(?!.*\b(keda|TriggerAuthentication|azure|aks)\b).*?\bpod[ -]?identit(y|ies)\b(?![ -]?webhook).{0,160}(n't|\bnot|\bno longer|fail\w{0,6}|broken|error|unable|without|denied|access_denied|no (way|support|access)|cannot|permission issues?)\b/i,
    /^(?!.*\b(keda|TriggerAuthentication|azure|aks)\b).*?(n't|\bnot|\bfail\w{0,6}|\bbroken|\berror|\bunable|\bcannot|\bno way|\bno support|\bno aws credentials)\b.{0,120}\bpod[ -]?identit(y|ies)\b(?![ -]?webhook)/i,
    /\bpod[ -]identity[ -]agent\b.{0,200}\bthrottl\w+/i,
  ],
  says: 'A program does not get a role by EKS Pod Identity. The text does not say where it fails; its log, and that of the agent on the same node, do.',
  causes: [
    {
      text: 'The SDK of the program is older than EKS Pod Identity, or the program lists its own providers: update it, or use IRSA for it.',
      rules: ['runtime-sdk-unsupported', 'pod-identity-role-never-used'],
      tell: 'AWS_CONTAINER_CREDENTIALS_FULL_URI is set in the container, and aws sts get-caller-identity of a new CLI in the same pod names the role.',
    },
    {
      text: 'The service account has no association (it may name another namespace or service account), or the pod is older than it: create it, then restart the pod.',
      rules: ['pod-identity-pods-without', 'service-account-role-unannotated', 'pod-identity-service-account-missing'],
      tell: 'AWS_CONTAINER_CREDENTIALS_FULL_URI is not set in the container; aws eks list-pod-identity-associations shows whether there is one.',
      likelier: ['pod-is-older', 'variables-unset'],
      decisive: ['association-missing'],
    },
    {
      text: 'The Pod Identity agent does not run on the node (a taint that it does not tolerate), or not yet (a new node, on which the program has to try again), or the pod does not reach it (network policy, proxy, its IPv6 address where the cluster has IPv4 alone; Fargate and Windows have none).',
      rules: ['pod-identity-agent-missing', 'pod-egress-closed'],
      tell: 'curl http://169.254.170.23/ in the pod gets no answer.',
      decisive: ['agent-spoken-of', 'fargate', 'network-policy', 'datapath', 'proxy-spoken-of'],
    },
    {
      text: 'The role of the association does not allow sts:AssumeRole and sts:TagSession to pods.eks.amazonaws.com.',
      rules: ['pod-identity-role-not-trusting', 'pod-identity-role-missing'],
      tell: 'The log of the agent says that EKS does not have permissions to assume the associated role.',
    },
    asksForItself,
    {
      text: 'Programs make a session (boto3.Session) or a client for each call, and each asks the agent, and EKS Auth, for credentials: make one session for the process, which keeps and renews them.',
      rules: [],
      tell: 'The log of the agent has many requests of one client-addr in a second.',
      decisive: ['sessions-many'],
    },
    {
      text: 'The program keeps an answer of the agent that was an error (a restart of the agent, throttling) as if it were credentials: restart the pod, and update the program.',
      rules: [],
      tell: 'It begins while the agent restarts, and a restart of the pod ends it.',
      decisive: ['answer-kept'],
    },
  ],
};

/** A trigger of KEDA, whose `podIdentity` names a provider and is not EKS Pod Identity. */
export const kedaOperatorMessage: KnownMessage = {
  id: 'keda-operator-role',
  from: 'other-service',
  sample: 'KEDA ignores roleArn of the TriggerAuthentication, and still uses the role of its operator',
  patterns: [
    /\b(keda|TriggerAuthentication)\b.{0,600}\b(roleArn|identityOwner|podIdentity|role mapped)\b.{0,400}\b(n.t|not|still|instead|wrong|error|fail\w*)\b/i,
  ],
  says: 'A trigger of KEDA uses another role than the one meant. podIdentity of a TriggerAuthentication is not EKS Pod Identity: with provider aws KEDA asks with the role of its operator, and assumes another one from there.',
  causes: [
    {
      text: 'This version of KEDA does not assume the role for this source of secrets or this trigger, and calls with the role of its operator: update KEDA, or give the permission to the role of keda-operator.',
      rules: ['service-account-role-unannotated'],
      tell: 'The error names assumed-role/<role of keda-operator>, and CloudTrail has no AssumeRole of it.',
    },
    {
      text: 'The role of the trigger does not trust the role of the operator, or the operator has no permission for sts:AssumeRole on it; with identityOwner: workload the service account of the workload needs the annotation eks.amazonaws.com/role-arn.',
      rules: ['service-account-role-not-trusting', 'service-account-role-unannotated'],
      tell: 'CloudTrail has a refused AssumeRole of the role of keda-operator.',
    },
  ],
};
