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
    id: 'iam-principal-absent',
    from: 'cluster',
    sample: 'MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::<account>:role/<role>"',
    patterns: [
      /invalid principal in policy: \W{0,3}"?AWS\b/i,
      /\brole arn\b.{0,40}\bprincipal\b.{0,40}\b(?:until|before)\b.{0,24}\bexists?\b/i,
    ],
    says: 'IAM takes a policy only if each role and user that it names as principal exists.',
    causes: [
      {
        text: 'The policy names a role or a user that does not exist, or not yet: the role itself, in a policy that it is created with. Create it first and name it in a second step, or name its account as principal (arn:aws:iam::<account>:root) and the role in a condition on aws:PrincipalArn.',
        rules: [],
        tell: 'aws iam get-role of the name in the principal finds nothing.',
      },
      {
        text: 'The ARN of the principal is mistyped, or of another partition.',
        rules: [],
        tell: 'The ARN is not the one that aws iam get-role prints.',
      },
    ],
  },
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
    id: 'trust-text-key-of-no-token',
    from: 'cluster',
    sample: '"<issuer>:sub:aud": "sts.amazonaws.com"',
    patterns: [/[\w/.>-]:(?:sub|aud):(?:sub|aud)\b/i],
    says: 'A condition key in the text ends in two claims. No token has such a key, so the statement matches none.',
    causes: [
      {
        text: 'A module or template adds :sub or :aud to a key that has it already: the keys are <issuer>:sub and <issuer>:aud. Correct both, or update the module.',
        rules: ['trust-key-issuer-mismatch'],
        tell: lintIt,
      },
    ],
  },
  {
    id: 'trust-text-scheme',
    from: 'cluster',
    sample: 'MalformedPolicyDocument: Condition can contain only one colon.',
    patterns: [/condition can contain only one colon/i],
    says: 'IAM did not save the trust policy: a condition key has more than one colon.',
    causes: [
      {
        text: 'The key begins with https://: write the issuer without it, in the condition keys and in Federated (replace(<issuer>, "https://", "")).',
        rules: ['trust-key-issuer-mismatch', 'trust-provider-missing'],
        tell: lintIt,
      },
    ],
  },
  {
    id: 'trust-text-action',
    from: 'cluster',
    sample: 'sts:AssumeRoleWithWebIdendity',
    // a name that a terminal cut is no other name
    patterns: [/\bsts:AssumeRoleWithWeb(?!Identity)(?!(?:I(?:d(?:e(?:n(?:t(?:it?)?)?)?)?)?)?\b)\w+/i],
    says: 'An action in the text is none of STS.',
    causes: [
      {
        text: 'The name is misspelt: the action of roles for pods is sts:AssumeRoleWithWebIdentity (sts:AssumeRole and sts:TagSession with EKS Pod Identity).',
        rules: ['trust-action-wrong'],
        tell: lintIt,
      },
    ],
    isSymptom: true,
  },
  {
    id: 'token-path-for-token',
    from: 'sdk',
    sample: 'WebIdentityToken = Environment["AWS_WEB_IDENTITY_TOKEN_FILE"]',
    patterns: [
      /\bweb_?identity_?token(?!_?file)\W{1,8}(?:(?!read|open|contents|slurp|\bcat\b)[^;]){0,40}AWS_WEB_IDENTITY_TOKEN_FILE/i,
    ],
    says: 'The program gives STS the value of AWS_WEB_IDENTITY_TOKEN_FILE as the token. It is the path of a file.',
    causes: [
      {
        text: 'Read the file before each call and send its content: the token is replaced before it ends. The default chain of the SDK does all of it.',
        rules: [],
        tell: 'STS answers that the token is not a valid JWT.',
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
