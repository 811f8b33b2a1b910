import { metadataIsClosed } from './common-causes.ts';
import { wantsMetadata } from './described-metadata-messages.ts';
import type { KnownMessage } from './known-message.ts';
import { meshInBetween } from './network-messages.ts';

/** STS, or the exchange of a token there, in words of people. */
const sts = '(?:\\bsts\\b|sts[.-][\\w.-]{0,60}amazonaws\\.com|assume[- ]?role\\w*|\\birsa\\b|web ?identity)';
const closed =
  "(?:time(?:d|s)?[- ]?outs?|stuck|hang(?:s|ing)?|block(?:s|ed|ing)?|cannot|can.?t|n't|\\bnot\\b|fail\\w{0,6}|drop(?:s|ped|ping)?|den(?:y|ied|ies))";
const policies =
  '(?:network ?polic\\w+|polic(?:y|ies) allow(?:s|ed)? (?:only|no)\\b|egress (?:rules?|polic\\w+|allow-?lists?)|deny[- ](?:all )?egress)';

/** A text on the way to STS that shows no error of an SDK. */
export const stsWayMessage: KnownMessage = {
  id: 'sts-way-described',
  from: 'sdk',
  sample: 'a network policy blocks STS',
  patterns: [
    new RegExp(`${policies}.{0,400}${sts}.{0,200}${closed}`, 'i'),
    new RegExp(`${policies}.{0,200}${closed}.{0,200}${sts}`, 'i'),
    new RegExp(`${sts}.{0,200}${closed}.{0,400}${policies}`, 'i'),
    new RegExp(`${closed}.{0,200}${sts}.{0,400}${policies}`, 'i'),
    /\b(support|use|using|honou?rs?|ignor\w+|through|behind|without)\b.{0,40}\bprox(y|ies)\b.{0,60}\bsts\b|\bsts\b.{0,80}\b(support|use|using|honou?rs?|ignor\w+|through|behind)\b.{0,40}\bprox(y|ies)\b/i,
    /\bbehind (an? |the |our |some )?((corporate|http|https|squid|egress)[ _]?)?proxy\b.{0,300}(\birsa\b|\bweb ?identity|\bsession token|\bservice ?account role)/i,
  ],
  says: 'Something on the way keeps the pod from STS. The text shows no error of an SDK, which would name the address.',
  causes: [
    {
      text: 'A network policy, a security group for pods or a firewall does not allow the addresses of STS. They change, and each region has its own: allow port 443 without a range, or reach STS by a VPC endpoint and allow its addresses.',
      rules: ['pod-egress-closed', 'cluster-sts-unreachable'],
      messages: { 'cluster-sts-unreachable': ['group'] },
      tell: 'nslookup sts.<region>.amazonaws.com in the pod prints an address that no rule allows; the same call without the policy succeeds.',
      decisive: ['network-policy', 'pod-security-group'],
      unlikelier: ['ingress-alone'],
    },
    {
      text: 'The policy allows the call, and its enforcer is late or drops the answer: the VPC CNI applies policies to a new pod after it started, and to connections that began before. Update the CNI (or its strict mode), or let the program try again.',
      rules: [],
      tell: 'The program fails at its start, and the same call from a shell of the pod succeeds a minute later.',
      decisive: ['ingress-alone'],
    },
    {
      text: 'The program does not use the proxy for STS, though it uses it for its own service, or the proxy does not allow the address: update the program, set HTTPS_PROXY in its container, or add a VPC endpoint for STS.',
      rules: ['cluster-sts-unreachable'],
      messages: { 'cluster-sts-unreachable': ['noWay', 'policy'] },
      sign: 'sts-by-other-way',
      tell: 'Its debug log shows a connection to an address of STS, and not to the proxy.',
      decisive: ['proxy-spoken-of'],
    },
    meshInBetween,
  ],
};

/** A text on the metadata service that names neither a program's error nor its role. */
export const hopLimitMessage: KnownMessage = {
  id: 'hop-limit-described',
  from: 'other-service',
  sample: 'the hop limit of the nodes is too low for pods',
  patterns: [
    /\bhop[-_ ]?(limit|count)\b|HttpPutResponseHopLimit/i,
    /\bimds\w*\b.{0,40}\bhop ?[123]\b/i,
    /\b(imds\w*|instance metadata)\b.{0,24}\b(issues?|problems?)\b.{0,300}\bhostNetwork\b/i,
  ],
  says: 'The text is about the hop limit of the metadata service: with 1 its answers reach programs on the network of the node alone. A pod with a role of its own does not need them for credentials.',
  causes: [
    { ...metadataIsClosed, decisive: [] },
    // who runs a program on the network of the host lets it reach the metadata service
    { ...wantsMetadata, likelier: [...(wantsMetadata.likelier ?? []), 'metadata-by-host'] },
    {
      text: 'The network plugin adds a hop of its own (an overlay, eBPF routing): 2 is too low for it, 3 is enough.',
      rules: [],
      tell: 'HttpPutResponseHopLimit is 2, and the plugin is not the VPC CNI.',
      decisive: ['overlay-network'],
    },
  ],
};
