import type { Clue } from './network-clues.ts';

/** Signs of a provider of OIDC in IAM: part of the table of signs (clues.ts). */
export const providerClues = {
  'provider-of-two': {
    says: 'a provider that two stacks make',
    patterns: [
      /\b(?:duplicate|existing)\b.{0,60}\bproviders? (?:is|are|was|were) deleted\b|\bproviders? (?:is|are|was|were) deleted\b.{0,60}\bduplicate\b/i,
    ],
  },
  'provider-host-wrong': {
    says: 'a fault in the name of a provider',
    patterns: [
      /\bprovider(?:'s)? (?:url|arn|host)\b.{0,24}\b(?:lacks?|lacked|wrong|incorrect|typo|mistyped)\b|\b(?:wrong|incorrect|typo in the) (?:arn of the )?(?:oidc )?provider\b/i,
    ],
  },
  'url-compared': {
    says: 'an URL of a provider without https://',
    patterns: [/\bprovider\.?(?: )?url\b.{0,24}(?:\bnot\b|n.t\b|\bwithout\b).{0,24}\bhttps\b/i],
  },
  'provider-is-gone': {
    says: 'a provider that is gone, or a cluster that was made more than once',
    patterns: [
      /\bproviders?\b.{0,24}\b(no longer exists?|(was|were|is|got) (deleted|removed|destroyed))\b|\b(created|destroyed|made)\b.{0,24}\bclusters?\b.{0,24}\b(several times|again|twice|more than once)\b/i,
    ],
  },
  'audience-of-provider': {
    says: 'the list of audiences of a provider',
    patterns: [
      /client-?_?id-?_?list|ClientIDList|\baudiences? (of|for|in|on) ((the|an?|its) )?(oidc )?provider\b|\b(oidc|openid|identity)[- ]provider\b.{0,120}\baudience (is|was) (currently )?(set to|always|hard-?coded)/i,
    ],
  },
  'role-of-other-account': {
    says: 'a role of another account',
    patterns: [
      /\bcross[- ]account\b|\broles? (?:in|of) (?:a |an |the )?(?:foreign|other|another|different|second|target|remote) (?:aws )?accounts?\b/i,
    ],
  },
  'own-issuer': {
    says: 'an issuer of a cluster that is not of EKS',
    patterns: [
      /https:\/\/([\w.-]+\.)?s3[.-][\w.-]*amazonaws\.com|\b(kops|kubeadm|k3s|rke2|talos|openshift)\b|self[- ]hosted (cluster|kubernetes|k8s|setup)|\bjwks\b.{0,80}\b(bucket|rotat\w+)|discovery ?store/i,
    ],
  },
} as const satisfies Readonly<Record<string, Clue>>;
