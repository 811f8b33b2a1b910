/** Texts about issuers, providers and trust policies that show no error of AWS: told where no error is known. */
import { asksForItself, trustRefuses } from './common-causes.ts';
import type { KnownMessage } from './known-message.ts';

/** One sentence: two of a text have not always to do with each other. */
const near = '(?:(?![.!?] ).)';
const provider = '\\b(?:oidc|open ?id ?connect|identity)(?: identity)? providers?\\b';
const cluster = '\\b(?:irsa|eks|clusters?|kubernetes|service ?accounts?)\\b';

/** The issuer and its provider, as people describe them. */
const issuerMessages: readonly KnownMessage[] = [
  {
    id: 'issuer-alias-described',
    from: 'cluster',
    sample: 'an OIDC provider for the dual-stack issuer of the cluster',
    patterns: [
      /(?<![a-z])dual-?_?stack.{0,60}(?<![a-z])(oidc|issuer)|(?<![a-z])(oidc|issuer).{0,60}(?<![a-z])dual-?_?stack/i,
      /\boidc-eks\.[\w-]+\.api\.aws\b/i,
    ],
    says: 'An EKS cluster has two names of its issuer. Its tokens carry the one that DescribeCluster gives (oidc.eks.<region>.amazonaws.com); STS compares the text.',
    causes: [
      {
        text: 'The provider, the trust policies, or both have the dual-stack name (oidc-eks.<region>.api.aws), which no token carries: create the provider with the issuer of DescribeCluster, and name that one in Federated and in the condition keys.',
        rules: [
          'provider-url-mismatch',
          'role-trusts-dead-cluster',
          'trust-provider-missing',
          'cluster-provider-missing',
        ],
        tell: 'aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer prints another host than the provider has.',
      },
    ],
  },
  {
    id: 'issuer-inside-cluster',
    from: 'cluster',
    sample: 'kube-apiserver --service-account-issuer=https://kubernetes.default.svc.cluster.local',
    patterns: [
      /service-account-issuer\W{1,4}https:\/\/kubernetes\.default\b/i,
      /\b(?:able to|support\w*|allow\w*|option\w*|adjust\w*)\b.{0,40}\bservice account issuer\b.{0,300}\bapi-?server\b.{0,200}\birsa\b/i,
    ],
    says: 'The issuer of a cluster that is not of EKS is an address inside it by default: IAM and STS cannot read it, so no provider can be made for it.',
    causes: [
      {
        text: 'Give the API server an issuer that is public, with its discovery document and keys (a bucket of S3), as the first --service-account-issuer; keep the old one as the second, so that tokens in use stay valid. Then create the provider for the public one.',
        rules: ['issuer-unreachable', 'issuer-discovery-invalid'],
        tell: 'kubectl get --raw /.well-known/openid-configuration prints the issuer.',
      },
    ],
  },
  {
    id: 'issuer-keys-described',
    from: 'cluster',
    sample: 'the JWKS of the issuer is not at its jwks_uri',
    patterns: [
      /\bjwks(?:_uri)?\b.{0,120}(?:\b(?:wrong|missing|not|no object|404|403)\b|n.t\b)(?=.{0,600}\b(?:irsa|issuer|oidc|sts)\b|(?<=\b(?:irsa|issuer|oidc|sts)\b.{0,600}))/i,
    ],
    says: 'STS reads the discovery document of an issuer, and its keys at the jwks_uri in it. Without the key that signed a token it refuses the token.',
    causes: [
      {
        text: 'The keys are not where jwks_uri says, are not public, or lack the key that signs: put them there, and read both addresses from outside of the cluster.',
        rules: ['issuer-unreachable', 'issuer-discovery-invalid'],
        tell: 'curl <issuer>/.well-known/openid-configuration, then curl of the jwks_uri in it, show the fault.',
      },
    ],
  },
  {
    id: 'provider-orphaned-described',
    from: 'cluster',
    sample: 'the OIDC provider is not deleted with its cluster',
    patterns: [
      new RegExp(
        `(?:n.t|\\bnot|\\bnever|\\bno command to) (?:\\w+ ){0,2}(?:clean ?up|delet\\w+|remov\\w+|dissociat\\w+)${near}{0,40}\\b(?:oidc|identity)[- ]provider`,
        'i',
      ),
      new RegExp(
        `${provider}${near}{0,24}\\b(?:lying around|left (?:over|behind)|pending deletion|piling up|pile up|accumulat\\w+)\\b`,
        'i',
      ),
      new RegExp(
        `${provider}${near}{0,24}(?:n.t|\\bnot|\\bnever|\\bno longer) (?:\\w+ ){0,3}(?:cleaned up|deleted|removed)\\b`,
        'i',
      ),
    ],
    says: 'IAM keeps a provider when its cluster is deleted. It counts against the quota of providers, and its issuer is never given to another cluster.',
    causes: [
      {
        text: 'Providers of deleted clusters are left: aws iam delete-open-id-connect-provider, once no role trusts them; let the tool that makes a cluster make and delete its provider.',
        rules: ['provider-orphaned', 'provider-quota-near'],
        tell: 'irsa-auditor scan lists the providers whose cluster is gone.',
      },
    ],
  },
  {
    id: 'provider-url-empty',
    from: 'cluster',
    sample: 'Error: "url" has to use HTTPS scheme (i.e. begin with https://)',
    patterns: [
      /"url" has to use HTTPS scheme.{0,300}aws_iam_openid_connect_provider|"url" has to use HTTPS scheme \(i\.e\./i,
    ],
    says: 'Terraform was given no URL for the provider, or one without https://.',
    causes: [
      {
        text: 'The cluster has no issuer: it failed, is gone, or is not made yet. Repair or make the cluster first; to destroy what is left, take the provider out (enable_irsa = false).',
        rules: [],
        tell: 'aws eks describe-cluster --name <cluster> --query cluster.identity.oidc.issuer prints nothing.',
      },
      {
        text: 'The value lacks https://: the URL of the provider has it, the condition keys and Federated have not.',
        rules: [],
        tell: 'terraform console shows the value.',
      },
    ],
  },
  {
    id: 'trust-old-cluster-described',
    from: 'cluster',
    sample: 'the roles still trust the OIDC provider of the old cluster',
    patterns: [
      /\btrust\w*\b.{0,120}\b(?:oidc|issuer|provider)\b.{0,24}\b(?:from|of) (?:the |an? )?(?:old|previous|former|deleted|replaced) (?:eks )?cluster/i,
      /\b(?:old|previous|former) (?:oidc|issuer|provider)\b.{0,80}\b(?:trust|roles?)\b/i,
    ],
    says: 'A cluster that is replaced has a new issuer. Roles that trust the old one are refused.',
    causes: [
      {
        text: 'The trust policies name the provider of the cluster that was replaced: write the one of the new cluster into Federated and into the condition keys.',
        rules: ['role-trusts-dead-cluster', 'trust-provider-missing', 'service-account-role-not-trusting'],
        tell: 'Federated in the trust policy has another id than the issuer of the cluster.',
      },
    ],
  },
  {
    id: 'provider-shared-described',
    from: 'cluster',
    sample: 'use an existing OIDC provider instead of one for each cluster',
    patterns: [
      new RegExp(
        `\\b(?:existing|shared?|sharing|same|single|one|common)\\b ${near}{0,12}${provider}${near}{0,200}${cluster}`,
        'i',
      ),
      new RegExp(
        `${cluster}${near}{0,200}\\b(?:existing|shared?|sharing|same|single|one|common)\\b ${near}{0,12}${provider}`,
        'i',
      ),
      /\bshar(?:e|ed|ing) (?:the |an? )?(?:oidc|issuers?)(?: issuers?| providers?)? (?:between|across|among) (?:\w+ )?clusters\b/i,
    ],
    says: 'Each EKS cluster has an issuer of its own, which cannot be chosen, and a provider is for one issuer: tokens of one cluster are never accepted by the provider of another.',
    causes: [
      {
        text: 'The AWS account has no provider for the issuer of this cluster, or roles trust the provider of another one: create it, and give each role a statement for each cluster. Who may not create providers asks an administrator, or uses EKS Pod Identity, which needs none.',
        rules: [
          ...['cluster-provider-missing', 'service-account-role-not-trusting'],
          ...['role-trusts-dead-cluster', 'trust-provider-missing'],
        ],
        tell: 'aws iam list-open-id-connect-providers does not list the issuer of the cluster, or Federated names another id.',
      },
    ],
  },
];

/** Trust policies, as people describe them. */
const policyMessages: readonly KnownMessage[] = [
  {
    id: 'trust-several-issuers',
    from: 'cluster',
    sample: 'a condition for each OIDC issuer in one statement',
    patterns: [
      /Condition\W{1,8}\{(?:(?!\bPrincipal\b).){0,600}?\/id\/(\w{6,}):(?:sub|aud)(?:(?!\bPrincipal\b).){0,600}\/id\/(?!\1\b)\w{6,}:(?:sub|aud)/i,
      /\bconditions?\b.{0,24}\b(for|per) (each|every|all|several|multiple)( of the)? (oidc |eks )?(issuers?|providers?|clusters?)\b/i,
      /\bdynamic "condition".{0,60}\bfor_each\b.{0,60}\b(issuers?|providers?|clusters?)\b/i,
    ],
    says: 'Conditions of one statement must all hold, and a token is of one issuer. A statement that tests keys of two issuers matches no token.',
    causes: [
      {
        text: 'The statement tests several issuers: write one statement for each provider, with the conditions on its own keys.',
        rules: ['trust-never-matches', 'trust-key-issuer-mismatch'],
        tell: 'irsa-auditor lint of the policy says that the statement never matches.',
      },
    ],
  },
  {
    id: 'trust-audience-absent',
    from: 'cluster',
    sample: "the trust policy lacks the 'aud' condition, so the service account does not work",
    patterns: [
      /(?:\b(?:missing|without|lacks?|lacking|no)\b|n.t\b|\bnot\b).{0,60}\baud(?:ience)?\b.{0,200}\btrust(?:ed)?\b.{0,400}(?:n.t\b|\bnot\b|\berrors?\b|\bfail\w*)/i,
      /\btrust(?:ed)?\b.{0,200}(?:\b(?:missing|without|lacks?|lacking|no)\b|n.t\b|\bnot\b).{0,60}\baud(?:ience)?\b.{0,400}(?:n.t\b|\bnot\b|\berrors?\b|\bfail\w*)/i,
    ],
    says: 'A trust policy without a test of aud refuses no token: the provider tests the audience. Add the test, and look for the cause of a refusal elsewhere.',
    causes: [
      {
        ...trustRefuses,
        text: 'STS refuses for another reason: the subject in the trust policy is not this namespace and service account, or Federated is not the provider of this cluster.',
        decisive: [],
      },
      {
        text: 'The provider does not list the audience of the token, sts.amazonaws.com: STS then says Incorrect token audience, with the test and without it.',
        rules: ['provider-audience-missing', 'service-account-audience-refused'],
        tell: 'aws iam get-open-id-connect-provider shows the audiences under ClientIDList.',
      },
    ],
  },
  {
    id: 'trust-quota-described',
    from: 'cluster',
    sample: 'the trust policy of the role reaches the limit of its length',
    patterns: [
      /\b(trust|assume[- ]role) (polic\w+|relationships?)\b.{0,80}\b(limits?|limited|quotas?|too (long|large|big)|characters?|chars)\b/i,
      /\btrust (polic\w+|relationships?)\b.{0,60}\bwhich leads us to limits\b|\blimits?\b.{0,12}\bpolicy (document )?(size|length)\b(?<=\btrust\b.{0,200})/i,
    ],
    says: 'The trust policy of a role has a quota of its length (2,048 characters by default, without white space).',
    causes: [
      {
        text: 'One role trusts many clusters, namespaces or service accounts: raise the quota, create more roles, or use EKS Pod Identity, whose trust policy is the same for all. A wildcard is shorter, and trusts others too.',
        rules: ['trust-size-near-limit'],
        tell: 'irsa-auditor scan tells the length of each trust policy near its quota.',
      },
      {
        text: 'It trusts clusters that no longer exist: remove their statements.',
        rules: ['role-trusts-dead-cluster', 'trust-provider-missing'],
        tell: 'Its statements name ids that no cluster has: irsa-auditor scan lists them.',
      },
    ],
  },
  {
    id: 'control-policy-described',
    from: 'cluster',
    sample: 'a resource control policy denies roles of IRSA whose issuer it does not list',
    patterns: [
      /\b(RCPs?|resource control polic\w+)\b.{0,600}\b(irsa|oidc|web ?identity)/i,
      /\b(irsa|oidc|AssumeRoleWithWebIdentity)\b.{0,600}\b(RCPs?|resource control polic\w+)\b/i,
    ],
    says: 'A resource control policy of the organization applies to AssumeRoleWithWebIdentity too, beside the trust policy of the role.',
    causes: [
      {
        text: 'The policy denies each issuer that it does not list, and every EKS cluster has its own: list the issuers of the clusters, or exempt the roles for pods.',
        rules: ['role-denied-by-rcp', 'service-account-role-not-trusting'],
        tell: 'irsa-auditor scan --control-policies reads the policies, and names the one that denies.',
      },
    ],
  },
  {
    id: 'role-assumes-itself',
    from: 'sdk',
    sample: 'the role must be able to assume itself',
    patterns: [
      /\b(?:able|allowed|permitted|has|need\w*|tr(?:y|ies|ying)) to assume (?:itself|its own role)\b/i,
      /\bAssumeRole\b\W{0,3} on (?:the |its )?(?:\w+ )?role itself\b/i,
    ],
    says: 'A program assumes the role that it has already. A role may do so only where its trust policy names itself.',
    causes: [
      {
        ...asksForItself,
        text: 'The configured role is the one of the service account itself, which the program has already: remove the setting. Where the program always assumes a role (Argo CD), let the trust policy of the role name the role itself with sts:AssumeRole, or configure another one.',
      },
    ],
  },
];

export const describedTrustMessages: readonly KnownMessage[] = [...policyMessages, ...issuerMessages];
