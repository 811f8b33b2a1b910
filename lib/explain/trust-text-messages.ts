import { clues } from './clues.ts';
import type { KnownMessage } from './known-message.ts';

const lintIt = 'irsa-auditor lint <file> of the policy says it.';

/**
 * A policy alone, without an error. Its kind is told; who is trusted is decided by `lint` and by an audit. A policy beside an
 * error may be pasted for information, and is none of these.
 */
export const policyTextMessages: readonly KnownMessage[] = [
  {
    id: 'text-is-permission-policy',
    from: 'cluster',
    sample: '{"Statement": [{"Effect": "Allow", "Action": "<service>:<action>", "Resource": "*"}]}',
    patterns: [/^(?!.*"(Not)?Principal" ?:) ?\{(?=.*"Statement" ?:)(?=.*"(Not)?Resource" ?:).*\} ?$/],
    says: 'The text is a permission policy: it says what a role may do, and not who may assume the role. It is no trust policy.',
    causes: [
      {
        text: 'Was it set as the trust policy of a role, the role trusts no service account: a permission policy belongs to aws iam create-policy and attach-role-policy. A trust policy has Principal (the provider of the cluster), sts:AssumeRoleWithWebIdentity, and conditions on :sub and :aud.',
        rules: [],
        tell: 'irsa-auditor lint <file> says that the document is no trust policy.',
      },
    ],
  },
  {
    id: 'text-is-trust-policy',
    from: 'cluster',
    sample:
      '{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "<provider>"}, "Action": "sts:AssumeRoleWithWebIdentity"}]}',
    patterns: [/^ ?\{(?=.*"Statement" ?:)(?=.*"Principal" ?:)(?=.*"sts:Assume).*\} ?$/],
    says: 'The text is a trust policy. It shows no fault without the cluster and the service account that it is meant for.',
    causes: [
      {
        text: 'Check the policy: irsa-auditor lint <file> judges it alone, irsa-auditor can-assume and who-can-assume against the provider and the service accounts.',
        rules: ['service-account-role-not-trusting'],
        tell: lintIt,
      },
    ],
  },
];

/** Faults that a trust policy shows, where a person pasted one (docs/facts.md §A.3). The error beside it goes first. */
export const trustTextMessages: readonly KnownMessage[] = [
  {
    id: 'trust-text-literal-wildcard',
    from: 'cluster',
    sample: '"StringEquals": {"<issuer>:sub": "system:serviceaccount:<namespace>:<name>-*"}',
    patterns: clues['literal-wildcard'].patterns,
    says: 'The trust policy in the text tests the subject with StringEquals, which takes * and ? literally.',
    causes: [
      {
        text: 'A wildcard under StringEquals never matches a service account: write StringLike, or the whole name.',
        rules: ['trust-subject-literal-wildcard'],
        tell: lintIt,
      },
    ],
    isSymptom: true,
  },
  {
    id: 'trust-text-prefix-twice',
    from: 'cluster',
    sample: 'system:serviceaccount:system:serviceaccount:<namespace>:<name>',
    patterns: [/system:serviceaccount:system:serviceaccount:/],
    says: 'A subject in the text has its prefix twice: no service account has this subject.',
    causes: [
      {
        text: 'The module or template adds system:serviceaccount: to a value that has it already: give it <namespace>:<name>, or the name alone.',
        rules: ['trust-subject-malformed', 'service-account-role-not-trusting'],
        tell: lintIt,
      },
    ],
  },
  {
    id: 'trust-text-operator-twice',
    from: 'cluster',
    sample: 'Duplicate condition element: StringEquals',
    patterns: [/duplicate condition element\b/i],
    says: 'A condition has one operator twice. A key of JSON counts once: most tools keep the last one, and the other subjects are lost.',
    causes: [
      {
        text: 'Write each operator once, with each key once below it, and several subjects as a list: "StringEquals": {"<issuer>:sub": ["system:serviceaccount:a:x", "system:serviceaccount:b:y"]}.',
        rules: ['service-account-role-not-trusting'],
        tell: lintIt,
      },
    ],
  },
  {
    id: 'annotation-of-no-role',
    from: 'cluster',
    sample: 'eks.amazonaws.com/role-arn: arn:aws:iam::aws:policy/<policy>',
    patterns: [
      /eks\.amazonaws\.com\\{0,2}\/role-arn["']?\s?[:=]\s?["']{0,2}(an:aws|arn:aws[a-z-]*:sts:|arn:aws[a-z-]*:iam::[\w*<>-]{0,20}:(policy|user|group|instance-profile|oidc-provider|server-certificate|root)\b)/i,
    ],
    says: 'The annotation in the text is not the ARN of a role. The webhook injects it all the same.',
    causes: [
      {
        text: 'The annotation holds the ARN of something else (a policy, a user, an instance profile, a session) or a mistyped one: it must be arn:<partition>:iam::<account>:role/<name>. Correct it and restart the pods.',
        rules: ['service-account-role-arn-malformed'],
        tell: 'aws iam get-role --role-name <name> --query Role.Arn prints the right one.',
      },
    ],
  },
];
