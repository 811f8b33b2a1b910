import { hasNoRole, trustRefuses } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** A service account in a text, and a role that it is bound to. */
const account = '\\bservice ?accounts?\\b';
const bound =
  '(?:\\birsa\\b|\\biam\\b|\\brole\\b|\\bsts\\b|\\boidc\\b|pod[ -]identity|workload identity|\\beks\\b|credentials?)';
const anyone =
  '(?:\\b(?:any|every|all)\\b.{0,24}\\b(?:service ?accounts?|pods?|namespaces?|tokens?|requests?|workloads?|containers?)\\b)';

/** Texts about how roles, service accounts and nodes are set up, without an error of AWS: told where no error is known. */
export const setupMessages: readonly KnownMessage[] = [
  {
    id: 'annotation-key-mistyped',
    from: 'cluster',
    sample: 'eks.amazon.com/role-arn: arn:aws:iam::<account>:role/<name>',
    patterns: [
      /(?<![\w.])(?!eks\.amazonaws\.com\/role-arn)(eks\.(amazon|aws|amazonws|amazonaws)\.(com|io|org)|eks\.amazonaws\.com\.cn|amazonaws\.com)\/(role[-_]?arn|iam-?role|role[-_]?name|role)\W{1,4}arn:aws/i,
    ],
    says: 'The webhook reads the annotation eks.amazonaws.com/role-arn of a service account and no other key.',
    causes: [
      {
        text: 'The key in the text is another one: write the role under eks.amazonaws.com/role-arn (in China too), then restart the pods.',
        rules: ['service-account-annotation-mistyped'],
        tell: 'kubectl get serviceaccount <name> --output yaml has the key as in the text.',
      },
    ],
  },
  {
    id: 'trust-open-described',
    from: 'cluster',
    sample: 'any service account of the cluster can assume the role',
    patterns: [
      /\b(overly|too|very) (permissive|broad|open|wide)\b.{0,400}\b(irsa|trust|assum\w+|service ?accounts?)\b|\b(irsa|trust polic\w+|assum\w+|service ?accounts?)\b.{0,400}\b(overly|too|very) (permissive|broad|open|wide)\b/i,
      new RegExp(
        `\\b(?:allows?|lets?|permits?|enables?|could|can)\\b.{0,24}${anyone}.{0,120}\\b(?:assum\\w+|AssumeRoleWithWebIdentity)`,
        'i',
      ),
      new RegExp(`${anyone}.{0,40}\\b(?:can|could|may|is able to)\\b.{0,20}\\bassume\\b`, 'i'),
      /\b(only|merely) (restricts?|checks?|tests?|validates?|conditions?)\b.{0,40}\baud(ience)?\b/i,
      /\b(no|without|missing|lacks?|lacking|does ?n.t (have|check|restrict))\b.{0,24}\b(conditions?|sub(ject)? (claim|condition|check)?)\b.{0,200}\b(AssumeRoleWithWebIdentity|irsa|trust (polic\w+|relationships?)|assume[- ]role polic\w+|oidc|other pods to assume)\b/i,
      /\btighten\w*\b.{0,60}\b(trust|assume[- ]role|irsa)\b/i,
    ],
    says: 'The text is about a role that more service accounts can assume than those it was made for. irsa-auditor scan lists such roles, lint reads one policy.',
    causes: [
      {
        text: 'The trust policy tests no subject, or one with a wildcard that spans namespaces: test system:serviceaccount:<namespace>:<name> under StringEquals, and the audience sts.amazonaws.com.',
        rules: ['trust-any-subject', 'trust-any-namespace', 'trust-any-service-account-in-namespace'],
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument shows no test of <issuer>:sub.',
      },
      {
        text: 'The test is one that is always true: ForAllValues, IfExists, or a negated one on a key that tokens lack.',
        rules: ['trust-condition-vacuous'],
        tell: 'irsa-auditor lint of the policy names the test.',
      },
    ],
  },
  {
    id: 'service-account-renamed',
    from: 'cluster',
    sample: 'the default service account name changed, and the role trusts the old one',
    patterns: [
      new RegExp(`\\b(?:default )?service ?account name\\b.{0,40}\\b(?:chang\\w+|renam\\w+).{0,400}${bound}`, 'i'),
      new RegExp(
        `\\b(?:chang\\w+|renam\\w+)\\b (?:in |of |to )?(?:the )?(?:default )?service ?account(?:'s)? names?\\b.{0,400}${bound}`,
        'i',
      ),
      new RegExp(`${account}.{0,80}\\b(?:name )?changed from\\b.{0,400}${bound}`, 'i'),
    ],
    says: 'A service account got another name. Trust policies and Pod Identity associations name service accounts in full, and do not follow.',
    causes: [
      {
        text: 'The trust policy of the role, or the association, names the old name: keep that name by a value of the chart (serviceAccount.name), or name the new one there.',
        rules: [
          'trust-subject-unknown-service-account',
          'service-account-role-not-trusting',
          'pod-identity-service-account-missing',
        ],
        tell: 'kubectl get serviceaccounts lacks the name that the trust policy or the association has.',
      },
      hasNoRole,
    ],
  },
  {
    id: 'service-account-lost',
    from: 'cluster',
    sample: 'the service account of the pods was deleted by the upgrade',
    patterns: [
      /\b(?:delet\w+|remov\w+)\b(?: \w+){0,2} (?:existing )?`?service ?account\b(?! (?:from|of)\b|.{0,12}annotat)/i,
      new RegExp(`${account}(?: \\S+){0,4} (?:to be|is|was|gets?|got|being|been) (?:deleted|removed)\\b`, 'i'),
      // pods that are not made
      /\b(?:can.?t|cannot|could not|unable to|not|\w{2,6}n.t) create (?:the |any |a )?pods?\b.{0,200}\bno service ?account\b/i,
      /\bget (?:sa|serviceaccounts?)\b.{0,120}\b(?:there is no|shows? no|does ?n.t (?:show|list)|not (?:in|on) the list|no \S+ in the list|nothing)\b/i,
    ],
    says: 'A service account is not there. Pods that have it run until their token ends, and new ones are not made.',
    causes: [
      {
        text: 'The account was never made, or the chart, or its value serviceAccount.create=false, deleted the one that it had made: make it with its annotation, or set the value back, then restart the pods.',
        rules: ['pod-service-account-gone', 'trust-subject-unknown-service-account'],
        tell: 'kubectl get serviceaccount --namespace <namespace> <name> finds nothing, or an account without the annotation.',
      },
      {
        text: 'The tool made the role and not the account (eksctl: its stack exists from an earlier try, or its user may not write to the cluster): make the account with the annotation eks.amazonaws.com/role-arn yourself, or delete the stack and create both again.',
        rules: ['trust-subject-unknown-service-account', 'pod-service-account-gone'],
        tell: 'aws iam get-role shows the role, and kubectl get serviceaccount finds no account.',
        decisive: ['account-by-eksctl'],
      },
      {
        ...hasNoRole,
        rules: hasNoRole.rules.filter(id => id !== 'pod-service-account-gone'),
        decisive: [],
        likelier: [],
      },
    ],
  },
  {
    id: 'provider-missing-described',
    from: 'cluster',
    sample: 'the IAM OIDC provider of the cluster does not exist',
    patterns: [
      /\b(oidc|open ?id ?connect|identity) (identity )?providers?\b.{0,40}\b(does ?n.t|does not|do not|no longer|did not|never|not) (yet )?(exist\w*|created|there|set up|associated|enabled)\b|\b(existing|original|our|the) (oidc|open ?id ?connect|identity) (identity )?providers? (is|are|was|were|got) (deleted|removed)\b/i,
      /\b(no|without( an?)?|missing|lacks?( an?)?|forgot\w*( to create)?( the| an)?) (iam |aws |eks )*(oidc|open ?id ?connect)( identity)? providers?\b/i,
      /\b(?:could not|cannot|can.t|did not|does not|unable to) find (?:the |an |any )?(?:iam )?(?:oidc|open ?id ?connect) (?:identity )?providers?\b/i,
      /\b(?:need|missing|lacks?|without|wire up|should (?:have|create|be created))\b.{0,300}\bresource "aws_iam_openid_connect_provider"/i,
    ],
    says: 'The text is about an OIDC provider in IAM that is not there. Without it STS refuses every token of its cluster.',
    causes: [
      {
        text: 'The AWS account has no provider for the cluster: eksctl utils associate-iam-oidc-provider --cluster <name> --approve, or enable_irsa = true (aws_iam_openid_connect_provider). A second stack for the same URL deletes it when it is rolled back: let one own it.',
        rules: ['cluster-provider-missing'],
        tell: 'aws iam list-open-id-connect-providers does not list the issuer of the cluster.',
        decisive: ['provider-of-two'],
      },
      {
        text: 'The roles trust the provider of a cluster that was deleted: name the one of the new cluster in their trust policies, and delete roles together with their cluster.',
        rules: ['trust-provider-missing', 'role-trusts-dead-cluster'],
        tell: 'Federated in the trust policy has another id than the issuer of the cluster.',
        decisive: ['provider-is-gone', 'other-cluster'],
      },
    ],
  },
  {
    id: 'audience-described',
    from: 'cluster',
    sample: 'the trust policy checks the wrong audience, aud must be sts.amazonaws.com',
    patterns: [
      /\baud(ience)?s?\b.{0,160}\b(wrong|incorrect\w*|must|should|correct|mismatch\w*|differ\w*|instead)\b.{0,200}\bsts\.amazonaws\.com\b/i,
      /\b(wrong|incorrect\w*|must|should|correct|mismatch\w*|change)\b.{0,80}\baud(ience)?s?\b.{0,80}\bsts\.amazonaws\.com\b/i,
      /\b(should|must|needs?|missing|without|forgot\w*|add\w*|wrong)\b.{0,40}--client-id-list\b|\bclient_?id_?list\b.{0,60}\b(should|must|needs?|missing|wrong|incorrect)\b/i,
      /\baudiences?\b.{0,60}\b(oidc|openid|identity) ?(connect )?providers?\b/i,
    ],
    says: 'The text is about the audience of tokens. It has to be the same in three places: in the token (eks.amazonaws.com/audience, sts.amazonaws.com by default), in the audiences of the provider, and in the test of aud in the trust policy.',
    causes: [
      {
        text: 'The trust policy tests another audience than the token has: test <issuer>:aud for sts.amazonaws.com.',
        rules: ['trust-audience-impossible'],
        tell: 'aws iam get-role --role-name <role> --query Role.AssumeRolePolicyDocument shows the audience.',
      },
      {
        text: 'The provider does not list the audience of the token: aws iam add-client-id-to-open-id-connect-provider.',
        rules: ['provider-audience-missing', 'service-account-audience-refused'],
        tell: 'aws iam get-open-id-connect-provider shows the audiences under ClientIDList.',
        decisive: ['audience-of-provider'],
      },
    ],
  },
  {
    id: 'trust-key-described',
    from: 'cluster',
    sample: 'the condition has a prefix oidc-provider/, which is causing credentials issues',
    patterns: [
      /\b(condition|keys?|polic(y|ies))\b.{0,80}\b(prefix\w*|begins?|starts?|starting|contains?|includ\w+|has|have|had|with)\b.{0,20}(\boidc-provider\/|\bhttps:\/\/|\barn:aws)(?!\S*\b(github|docs)\b)(?=.{0,200}\b(oidc|irsa|csi|credentials?|assume\w*|trust)\b)/i,
      /\b(strip|trim|remov\w+|without|leave out|replac\w+)\b.{0,30}(oidc-provider\/|https:\/\/)\W{0,4}.{0,60}\b(issuer|oidc|condition|trust)\b/i,
    ],
    says: 'The condition keys of a trust policy are <issuer without https://>:sub and <issuer without https://>:aud. Under another name they are in no token, and STS refuses the role.',
    causes: [
      {
        text: 'The key has more before the host of the issuer (https://, oidc-provider/, an ARN): remove it from both keys.',
        rules: ['trust-key-issuer-mismatch'],
        tell: 'irsa-auditor lint of the policy names the key.',
      },
    ],
  },
  {
    id: 'provider-quota-described',
    from: 'cluster',
    sample: 'we reach the limit of OIDC providers',
    patterns: [
      /\b(oidc|open ?id ?connect)( identity)? providers?('s)? (limits?|quotas?|count)\b|\b(limits?|quotas?) (of|on|for) (the |\d+ )?(iam )?(oidc|open ?id ?connect)( identity)? providers?\b/i,
      /\btoo many (iam )?(oidc|open ?id ?connect)( identity)? providers?\b/i,
    ],
    says: 'An AWS account has a quota of OIDC providers (100), and each cluster has its own.',
    causes: [
      {
        text: 'Providers of deleted clusters still exist: delete them, and let each deletion of a cluster delete its provider.',
        rules: ['provider-orphaned', 'provider-quota-near'],
        tell: 'aws iam list-open-id-connect-providers lists ids that no cluster has.',
      },
      {
        text: 'There are that many clusters: raise the quota.',
        rules: ['provider-quota-near'],
        tell: 'Each id in the list belongs to a cluster.',
      },
    ],
  },
  {
    id: 'annotation-not-yaml',
    from: 'cluster',
    sample: 'missing space after eks.amazonaws.com/role-arn:',
    patterns: [
      /\b(missing|without|no|lacks?|needs?|add(ed|ing)?) (the |a )?(space|quotes?|indent\w*)\b.{0,80}\brole-arn\b|\brole-arn\b.{0,80}\b(missing|without|no|lacks?|needs?) (the |a )?(space|quotes?|indent\w*)\b/i,
      /\brole-arn:arn:aws/i,
    ],
    says: 'YAML reads a key and its value only with a space after the colon, and annotations are a map of texts.',
    causes: [
      {
        text: 'Without the space the line is one text and no annotation: write eks.amazonaws.com/role-arn: arn:aws:iam::<account>:role/<name>, then restart the pods.',
        rules: ['service-account-role-unannotated', 'service-account-annotation-mistyped'],
        tell: 'kubectl get serviceaccount <name> --output yaml has no annotation, or helm refuses the values.',
      },
    ],
  },
  {
    id: 'addon-role-described',
    from: 'cluster',
    sample: 'the add-on aws-ebs-csi-driver was installed without an IAM role',
    patterns: [
      /\b(not|\w{2,6}n.t|never|without|no|missing|lacks?|any|forgot\w*)\b.{0,40}\b(irsa|iam )?roles?\b.{0,40}\b(for|of|needed (for|by)|to) (the )?(\S+ )?(\w+[- ]csi\b|csi[- ]driver|vpc[- ]cni|add-?ons?\b)/i,
      /\b(add-?ons?|csi[- ]driver|vpc[- ]cni)\b.{0,160}\b(without|missing|no|lacks?|not|\w{2,6}n.t)\b.{0,24}\b(service_?account_?role_?arn|irsa (role|config\w*)|iam roles?|proper iam permissions)\b/i,
      /\b(add-?ons?|csi[- ]driver|vpc[- ]cni)\b.{0,200}\b(automatically )?associated with an? (irsa|iam role)/i,
    ],
    says: 'EKS gives an add-on no role by itself: without one its pods have that of their node, or none.',
    causes: [
      {
        text: 'Make a role whose trust policy names the service account of the add-on, and give it to the add-on: aws eks update-addon --service-account-role-arn, service_account_role_arn, or a Pod Identity association. EKS then annotates the account; restart the pods.',
        rules: ['addon-role-differs', 'service-account-role-unannotated'],
        tell: 'aws eks describe-addon shows no serviceAccountRoleArn and no podIdentityAssociations.',
      },
      { ...trustRefuses, decisive: ['trust-spoken-of'] },
    ],
  },
  {
    id: 'thumbprint-described',
    from: 'cluster',
    sample: 'the thumbprint of the OIDC provider is wrong',
    patterns: [
      /\bthumb_?prints?\b.{0,200}\b(incorrect|wrong|inconsistent\w*|mismatch\w*|differ\w*|chang\w+|errors?|problems?|invalid|expire\w*|rotat\w+)\b/i,
      /\b(incorrect|wrong|inconsistent\w*|mismatch\w*|differ\w*|chang\w+|errors?|problems?|invalid)\b.{0,100}\bthumb_?prints?\b/i,
    ],
    says: 'The text is about the thumbprint of an OIDC provider. AWS does not consult it where the issuer has a certificate of a public CA, as those of EKS have: another fault may be the cause of refused calls.',
    causes: [
      {
        text: 'It was computed from another certificate than the last one that the issuer sends: of the server, of an intermediate, of a proxy that inspects TLS on the machine that ran the tool, or of a chain that was renewed. Set that of the root: aws iam update-open-id-connect-provider-thumbprint.',
        rules: ['provider-thumbprint-mismatch', 'provider-thumbprint-not-root', 'issuer-certificate-untrusted'],
        tell: 'irsa-auditor scan compares the thumbprints with the chain that the issuer sends.',
      },
    ],
  },
];

/** eksctl leaves a role out, and says so: told beside any other message. */
export const addonMessages: readonly KnownMessage[] = [
  {
    id: 'eksctl-addon-role-ignored',
    from: 'cluster',
    sample:
      'IAM permissions are not required for "vpc-cni" addon; any IRSA configuration or pod identity associations will be ignored',
    patterns: [/iam permissions are not required for \S{1,80} addon; any irsa configuration/i],
    says: 'This version of eksctl thinks that the add-on needs no role, and leaves out the one of the configuration.',
    causes: [
      {
        text: 'Give the add-on its role by aws eks update-addon --service-account-role-arn (or a Pod Identity association), or update eksctl; then restart the pods of the add-on.',
        rules: ['addon-role-differs', 'service-account-role-unannotated'],
        tell: 'aws eks describe-addon shows no serviceAccountRoleArn.',
      },
    ],
  },
];
