import { cannotReadToken, hasNoRole, isNotCovered, sdkIsOld, trustRefuses, wasNotInjected } from './common-causes.ts';
import type { Cause, KnownMessage } from './known-message.ts';
import { namesNoProvider } from './sdk-module-messages.ts';
import { noValue } from './workload-messages.ts';

/** A role of a pod by its names, in the words of people who ask for it. */
const podRole =
  '(?:\\birsa\\b|\\bpod[ -]?identit(?:y|ies)\\b|web ?identity|assume_?role_?with_?web_?identity|iam[ -](?:roles?[ -]|permissions )?for[ -](?:kubernetes )?service[ -]?accounts?|\\beks (?:pods?|service ?accounts?)\\b|default credential(?:s|(?: provider)? chain)|Default(?:AWS)?CredentialsProvider(?:Chain)?)';
const keys =
  '(?:(?:static|explicit|long[- ](?:lived|term)|hard-?coded|access|secret|api|iam user)(?: \\w+)? ?(?:credentials?|keys?|tokens?)|AWS_ACCESS_KEY_ID)';
const wants =
  '(?:requir\\w+|needs?|expects?|expected|rejects?|insists?|mandatory|assumes? that|forced?|have to|has to|must|only (?:supports?|accepts?|takes?|allows?|works?)|currently|instead)';

const asks =
  '^(?!.*\\bDEBUG\\b).*?\\b(?:support(?:s|ed|ing)?|allow(?:s|ed|ing)?|add(?:s|ed|ing)?|enabl(?:e|es|ing)|handl(?:e|es|ing)|implement\\w*|updat(?:e|es|ed|ing)|upgrad(?:e|es|ed|ing)|bump(?:s|ed|ing)?|ability|feature|introduc\\w+|would (?:be|like|love)|want(?:s|ed)? to|possib(?:le|ility)|how (?:to|do|can)|please|require(?:s|d)?|prefer\\w*|switch(?:ed|ing)?|migrat\\w+|fix(?:es|ed)?|use(?= (?:aws |eks |the )?(?:web ?identity|irsa|pod identit)))\\b';

/** Before the other causes: the program, not its pod, is what lacks the way to a role. */
const doesNotSupport: Cause = {
  ...sdkIsOld,
  unlikelier: [],
  text: 'The program does not support roles of pods in this version: its SDK is too old for web identity tokens or for EKS Pod Identity, it lacks the module for STS (Java, .NET), or its code, or a setting of it such as an endpoint of its own, wants access keys. Update the program; where no version has it, ask for it, and use IRSA in place of Pod Identity if it supports that one.',
  tell: 'Its release notes or documents name IRSA, web identity or Pod Identity for a later version, or for none.',
};

/** Said by people who put it right. */
const nameOfAnother: Cause = {
  ...trustRefuses,
  decisive: ['account-name-corrected', 'account-name-generated', 'account-name-wanted', 'trust-spoken-of'],
};

/** Texts without an error, which ask for a role or say that a program wants keys. */
export const wantsKeysMessage: KnownMessage = {
  id: 'program-wants-keys',
  from: 'sdk',
  sample: 'the program requires static AWS credentials and cannot use IRSA',
  patterns: [
    new RegExp(`${wants}.{0,60}${keys}.{0,300}${podRole}`, 'i'),
    new RegExp(`${podRole}.{0,300}${wants}.{0,60}${keys}`, 'i'),
    new RegExp(
      `^(?!.*\\bcredentials? (?:were |was )?not found\\b).*?(?:without|instead of|not|no|avoid\\w*) ${keys}.{0,200}${podRole}`,
      'i',
    ),
    new RegExp(`${podRole}.{0,400}${keys} (?:is|are)\\W{1,6}not\\W{1,6}(?:needed|required|necessary)`, 'i'),
    new RegExp(`${podRole}.{0,300}${keys}.{0,60}\\b(?:are|is) (?:still )?(?:required|needed|mandatory)`, 'i'),
    new RegExp(`\\bnot (?:to )?require\\b.{0,40}(?:credentials|${keys}).{0,80}${podRole}`, 'i'),
    new RegExp(`${podRole}.{0,100}(?:without|instead of|and not|not|rather than) (?:the |an? |aws )*${keys}`, 'i'),
    /\brequires? (?:the )?(?:following )?environment variables?:? ?\W{0,4}AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY)/i,
    new RegExp(
      `(?:${podRole}|service ?account\\b.{0,24}\\bassume).{0,600}\\b(?:missing|requires?|expects?|wants?) (?:a |the )?credentials? file\\b`,
      'i',
    ),
    /\bservice ?account\b.{0,400}\bworks? only\b.{0,120}\b(?:access_?key|secret_?key)/i,
  ],
  says: 'The program wants access keys where its pod has a role, or was to have one.',
  // keys are spoken of: signs for an absent role are chance here
  causes: [doesNotSupport, { ...hasNoRole, likelier: [], decisive: [] }],
};

/** Told last, where nothing else fits. */
export const requestMessages: readonly KnownMessage[] = [
  {
    id: 'cross-account-asked-for',
    from: 'cluster',
    sample: 'Cross-account roles by IRSA',
    patterns: [
      new RegExp(`\\bcross[- ]account\\b.{0,80}${podRole}`, 'i'),
      new RegExp(`${podRole}.{0,80}\\bcross[- ]account\\b`, 'i'),
    ],
    says: 'The text is about a role of another account for a pod, and shows no error. There are two ways, and each needs something in the account of that role.',
    causes: [
      {
        text: 'The annotation names the role of the other account: that account needs an OIDC provider of its own with the issuer of the cluster, and the role trusts that provider and the service account.',
        rules: ['service-account-role-account-lacks-provider', 'service-account-role-not-trusting'],
        tell: 'aws iam list-open-id-connect-providers in the account of the role lists the issuer of the cluster.',
      },
      {
        text: 'The pod has a role of its own account, and the program assumes the other one with it: the other role allows sts:AssumeRole (with EKS Pod Identity sts:TagSession too) to the first, and the first has the permission for it. An association of EKS Pod Identity does both steps with its target role.',
        rules: ['service-account-second-role', 'pod-identity-chain-refuses-tags', 'pod-identity-target-not-trusting'],
        tell: 'The program has a setting for a second role (role_arn with source_profile, assumeRole).',
      },
    ],
  },
  {
    id: 'support-requested',
    from: 'sdk',
    sample: 'Support IRSA',
    patterns: [
      new RegExp(`${asks}.{0,200}${podRole}`, 'i'),
      new RegExp(`${asks}(?<=${podRole}.{0,200})`, 'i'),
      /\bunsupported\b.{0,160}\b(eks|iam) (\w+ )?(pod|role|credentials?)|\b(eks|iam) (\w+ )?(pod|role|credentials?)\b.{0,160}\bunsupported\b/i,
    ],
    says: 'The text is about the role of a pod, and shows no error. kubectl exec <pod> -- env shows the next step: with AWS_ROLE_ARN or AWS_CONTAINER_CREDENTIALS_FULL_URI the program is the cause, without them the pod.',
    causes: [
      doesNotSupport,
      hasNoRole,
      noValue,
      wasNotInjected,
      nameOfAnother,
      namesNoProvider,
      cannotReadToken,
      isNotCovered,
    ],
  },
  {
    id: 'role-asked-for',
    from: 'cluster',
    sample: 'How can pods have an IAM role of their own?',
    patterns: [
      new RegExp(`${asks}.{0,200}\\biam roles?\\b.{0,200}\\b(?:eks|pods?|kubernetes|k8s)\\b`, 'i'),
      new RegExp(`${asks}.{0,200}\\b(?:eks|pods?|kubernetes|k8s)\\b.{0,200}\\biam roles?\\b`, 'i'),
    ],
    says: 'The text asks for a role of IAM for pods, and names neither a way nor an error.',
    causes: [hasNoRole, doesNotSupport],
  },
];
