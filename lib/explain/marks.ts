/** Marks in a text that exclude causes: facts that a program printed, never the words of a person. */
import type { CauseId } from './causes/catalogue.ts';

/** A mark that was found, in words, with the causes that it excludes or the only ones that it leaves. */
export interface Mark {
  readonly says: string;
  readonly excludes?: readonly CauseId[];
  readonly leaves?: readonly CauseId[];
}

/** The causes of a pod that has no role: its service account, its annotation, its association or the webhook gives none. */
export const withoutRole: readonly CauseId[] = [
  ...(['no-role', 'pods-as-other-account', 'addon-role', 'chart-annotation'] as const),
  ...(['annotation-mistyped', 'annotation-on-pod', 'eksctl-keeps-account', 'association-missing'] as const),
  ...(['pod-not-injected', 'webhook-missing', 'webhook-down', 'webhook-ca', 'webhook-version'] as const),
  'metadata-closed',
];

/** The exchange of the token did not succeed. */
const withoutSession: readonly CauseId[] = [
  ...(['token-unreadable', 'sts-module-missing', 'program-ignores-role', 'went-on-to-node'] as const),
  ...(['trust-subject', 'trust-provider', 'trust-audience', 'trust-action', 'provider-missing', 'thumbprint'] as const),
  ...(['provider-audience', 'no-route', 'dns-silent', 'sandboxed-path', 'variables-not-passed', 'keys-first'] as const),
];

const marks: readonly (Mark & { readonly pattern: RegExp })[] = [
  {
    // A session with the name of an instance is the node: a broker (kube2iam, kiam) or a program without a role of its own.
    says: 'the caller and the role that it asks for are one role',
    pattern:
      /assumed-role\/([\w+=,.@-]{1,64})\/(?!i-[0-9a-z*]).{1,160}is not authorized to perform: sts:AssumeRole on resource:? \S{0,60}:role[:/](?:[\w+=,.@-]{1,64}\/){0,9}\1(?![\w+=,.@-])/i,
    leaves: ['self-assume'],
  },
  {
    says: 'the ARN of a role has the prefix of an ARN twice',
    pattern: /:role\/arn:aws/i,
    leaves: ['role-arn-malformed'],
  },
  {
    says: 'AWS_ROLE_ARN is set, and the token file with it',
    pattern:
      /AWS_ROLE_ARN["']?\s?[:=]\s{0,3}["']?arn:aws.{0,400}AWS_WEB_IDENTITY_TOKEN_FILE["']?\s?[:=]\s{0,3}["']?\/|AWS_WEB_IDENTITY_TOKEN_FILE["']?\s?[:=]\s{0,3}["']?\/.{0,400}AWS_ROLE_ARN["']?\s?[:=]\s{0,3}["']?arn:aws/,
    excludes: withoutRole,
  },
  {
    says: 'the variables of EKS Pod Identity are set',
    pattern: /AWS_CONTAINER_CREDENTIALS_FULL_URI["']?\s?[:=]\s{0,3}["']?http/,
    excludes: [...withoutRole, 'pod-older-than-association'],
  },
  {
    says: 'a session of web identity or of EKS Pod Identity called',
    pattern:
      /assumed-role\/[\w+=,.@-]{1,64}\/(?:botocore-session-\d{9,}|aws-sdk-java-\d{9,}|aws-sdk-js-session-\d{9,}|\d{19}\b|eks-[\w.-]{1,40}-[0-9a-f]{8}-)/,
    excludes: [...withoutRole, ...withoutSession],
  },
  {
    says: 'an instance called, with the role of the node',
    pattern: /assumed-role\/[\w+=,.@-]{1,64}\/i-[0-9a-zA-Z*]{3,19}\b/,
    excludes: [
      'role-permission',
      'keys-first',
      'keys-empty',
      'profile-unusable',
      'pod-role-stale',
      'second-role-not-taken',
    ],
  },
  {
    says: 'an IAM user called, with access keys',
    pattern: /arn:aws[a-z-]*:iam::\d{12}:user\/\S{1,128} is not authorized/i,
    excludes: [
      ...withoutRole,
      ...withoutSession.filter(id => id !== 'keys-first'),
      'role-permission',
      'node-permission',
    ],
  },
  {
    says: 'the regional endpoint of STS was called, and not the global one',
    pattern: /^(?!.*\bsts\.amazonaws\.com(?!["']? ?(?:\]|audience))).*\bsts\.[a-z]{2}-[a-z-]+-\d\.amazonaws\.com/i,
    excludes: ['sts-global', 'sts-endpoint-ignored'],
  },
];

/** The marks of a text of one line. */
export const marksIn = (text: string): readonly Mark[] => marks.filter(({ pattern }) => pattern.test(text));
