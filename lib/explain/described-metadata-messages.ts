import type { Cause, KnownMessage } from './known-message.ts';

/** The metadata of an instance is wanted, and not its credentials. */
export const wantsMetadata: Cause = {
  text: 'The program asks the metadata service for a region, a VPC or an instance, and not for credentials: no role gives it that. Give it the value by an option, run it on the network of the host (hostNetwork), or raise the hop limit of the nodes to 2, which lets every pod use the role of the node.',
  rules: [],
  tell: 'AWS_ROLE_ARN is set in the container.',
  sign: 'metadata-closed',
  likelier: ['metadata-wanted', 'metadata-reader', 'variables-set'],
  decisive: ['metadata-not-by-role'],
};

const instanceFact = '\\b(?:region|vpc|availability zone|instance[- ]id)\\b';
const metadataService = '(?:\\bec2 ?metadata|\\bimds(?:v[12])?\\b|\\b(?:instance )?metadata(?: service)?\\b)';

/** A program that wants a fact of its node, in words of people. */
export const metadataWantedMessage: KnownMessage = {
  id: 'metadata-wanted-described',
  from: 'other-service',
  sample: 'the program is not able to get the region from the metadata service of the node',
  patterns: [
    new RegExp(
      `(?:\\bnot\\b|n.t\\b|\\bcannot\\b|\\bunable\\b|\\bfail\\w{0,6}|\\bwithout\\b|\\bmissing\\b).{0,120}${instanceFact}.{0,80}\\b(?:from|by|via|through) (?:the )?(?:aws )?${metadataService}`,
      'i',
    ),
    new RegExp(
      `(?:\\bnot\\b|n.t\\b|\\bcannot\\b|\\bunable\\b|\\bfail\\w{0,6}).{0,60}${metadataService}.{0,24}\\b(?:to|for) (?:detect|get|determin|find|read|fetch|discover|retriev)\\w*.{0,30}${instanceFact}`,
      'i',
    ),
  ],
  says: 'The program wants a fact of its node from the metadata service (a region, a VPC, an instance), which pods often cannot reach (hop limit 1). These are not credentials: no role gives them.',
  causes: [
    { ...wantsMetadata, decisive: [] },
    {
      text: 'Fargate has no metadata service: give the value by an option or by AWS_REGION, which the webhook sets where the service account has a role.',
      rules: ['service-account-role-unannotated'],
      tell: 'The pod runs on Fargate (its node is called fargate-…).',
      decisive: ['fargate'],
    },
  ],
};

/** A text on policies between a pod and the metadata service of its node. */
export const metadataPolicyMessage: KnownMessage = {
  id: 'metadata-policy-described',
  from: 'other-service',
  sample: 'credentials are not retrieved: a policy blocks the instance metadata in the namespace',
  patterns: [
    /\b(network ?polic\w+|egress|ipBlock)\b.{0,400}\b169\.254\.169\.254\b.{0,300}\b(block(s|ed)?|den(y|ied)|drop(s|ped)?)\b/i,
    /\b169\.254\.169\.254\b.{0,300}\b(verdict|DENY|dropped)\b/,
    /\bcredentials\b.{0,60}(\bnot|n.t)\b.{0,400}\b(block\w*|den(y|ies|ied)|restrict\w*)\b.{0,40}\b(imds|(instance )?metadata)\b.{0,40}\b(in the|namespaces?|polic\w+)\b/i,
  ],
  says: 'A policy keeps pods from the metadata service of their node (169.254.169.254). A pod with a role of its own does not need it for credentials.',
  causes: [
    {
      text: 'A network policy of the namespace, or of the whole cluster, closes the address: give the service account a role of its own, or allow egress to 169.254.169.254 port 80 (Cilium: toEntities host).',
      rules: ['pod-egress-closed'],
      tell: 'The same pod in a namespace without policies gets an answer.',
    },
    {
      text: 'kube2iam or kiam sends packets for this address to its agent on the node, and the policy sees that address and port: allow the addresses of the nodes on the port of the agent (8181), or give the service account a role by IRSA, which needs neither.',
      rules: [],
      tell: 'iptables -t nat -L on the node shows a rule for 169.254.169.254.',
      decisive: ['other-broker'],
    },
    {
      text: 'The policy allows it, and its enforcer does not: old versions of the agent of the VPC CNI (before 1.0.4) take an address in except of one rule away from another rule that allows it. Update the VPC CNI.',
      rules: [],
      tell: 'The log of the agent has DENY for an address that a rule of the policy allows.',
      decisive: ['policy-allows'],
    },
  ],
};

/** A text that shows a failure is not about nodes that answer too many. */
const noTrouble =
  '^(?!.*(?:\\bcannot\\b|can.t\\b|n.t be able|\\bnot be able|\\bnot (?:compatible|retrieved|available|able)\\b|\\bincompatible\\b|n.t (?:work|start)|\\bunable to\\b|\\bis required for\\b|\\bfail\\w*|\\bcrash\\w*)).*?';

/** Nodes whose metadata service answers containers. */
export const nodeRoleMessage: KnownMessage = {
  id: 'node-role-described',
  from: 'cluster',
  sample: 'pods can assume the role of their node by the metadata service',
  patterns: [
    new RegExp(
      `${noTrouble}\\b(restrict\\w*|block\\w*|prevent\\w*|disabl\\w+|deny\\w*)\\b.{0,60}\\b(imds|instance metadata|metadata (service|endpoint)|instance profile|node('s)? (iam )?role)\\b`,
      'i',
    ),
    /\b(pods?|containers?|workloads?)\b.{0,60}\b(can|could|may|able to|still|inherit\w*|have|gets?)\b.{0,60}\b(access\w*|assum\w+|us(e|es|ing)|permissions?)\b.{0,60}\b(instance metadata|imds|instance (profile|role)s?|(worker )?node('s)? (iam )?role|ec2 (instance )?roles?)\b/i,
    /\b(pods?|containers?|workloads?)\b.{0,40}\b(can|could|may|able to)\b.{0,20}\b(assume|use|get|take)\b.{0,20}\brole of (the|its|their) (worker )?node\b/i,
    new RegExp(
      `${noTrouble}\\bhttp_?put_?response_?hop_?limit\\b.{0,200}\\b(default|1|strict\\w*|secur\\w*|best practices?)\\b`,
      'i',
    ),
    /\b(stop|keep)\w* (all |other )?(pods?|containers?|workloads?) from\b.{0,40}\b(instance (profile|role)|node('s)? (iam )?role|imds|metadata)\b/i,
    /\bpods?\b.{0,40}\bnode ?_?groups?\b.{0,24}\b(can|could|may|to)\b.{0,24}\b(intercept|use|get|take|have|inherit)\b.{0,24}\b(privileges?|permissions?|roles?|policy)\b/i,
    /\b(imds_?|metadata_?)?hop_?limit\b.{0,200}\ball(ows)? (all )?pods\b|\ballows all pods\b.{0,80}\b(imds|metadata|hop)\b/i,
    /\b(any|all|every) pods? (running )?(on|of|in) (these|the|those|this|that|a|each) nodes?\b.{0,40}\b(permissions?|access|roles?)\b/i,
    /\bpods?\b.{0,40}\b(all|full|every)\b.{0,12}\bpermissions?\b.{0,80}\bnode('s)? (iam )?role\b|\b(pods?|clusters?)\b.{0,40}\bsecure by default\b|\bhands? out\b.{0,24}\bnode's (iam )?role\b/i,
  ],
  says: 'The text is about pods that reach the metadata service of their node, and with it the role of the node.',
  causes: [
    {
      text: 'Nodes answer containers: require tokens (HttpTokens: required) and set the hop limit to 1 in the launch template or EC2NodeClass. First give the pods that need AWS a role of their own.',
      rules: ['cluster-node-role-reachable'],
      tell: 'aws ec2 describe-instances shows HttpPutResponseHopLimit 2 or HttpTokens optional for the nodes; irsa-auditor scan --network reads it.',
    },
  ],
};

/** Nodes that may assume the roles of pods. */
export const nodesAssumeMessage: KnownMessage = {
  id: 'nodes-assume-roles',
  from: 'cluster',
  sample: 'the nodes need to assume every role (kube2iam)',
  patterns: [
    /\bnodes?\b(?: \S+){0,4} (?:to )?assume (?:every|all|any)\b(?: \S+){0,3} roles?\b/i,
    /\bgrant\w* (?:all )?(?:the )?(?:instances|nodes) access to all (?:the )?roles\b/i,
  ],
  says: 'The role of the nodes is to assume the roles of pods. A pod that reaches the metadata service of its node can then have all of them.',
  causes: [
    {
      text: 'kube2iam and kiam need this permission on nodes. Give service accounts their roles instead, and take the permission from the nodes; where such a broker stays, give the permission to it alone.',
      rules: ['cluster-node-role-reachable'],
      tell: 'A policy of the role of the nodes allows sts:AssumeRole on * or on the roles of pods.',
    },
  ],
};
