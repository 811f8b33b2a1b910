import type { Cause, KnownMessage } from './known-message.ts';
import { hostOfSts, stsHostPattern, webIdentity } from './sts-host.ts';

/** A server of DNS answered: there is no such name. */
const noSuchName =
  '(no such host|enotfound|unknownhostexception|could not resolve host|could not be resolved|name or service not known)';
/** No server of DNS answered. Go names no address in `dial tcp: i/o timeout` where the time passed before it had one. */
const noServer =
  '(eai_again|temporary failure in name resolution|server misbehaving|(read|dial) (udp|tcp) \\S{1,80}:53: |dial tcp: i/o timeout)';
/** The lookup of a name of STS itself timed out. */
const lookupTimedOut = `lookup ${hostOfSts}( on \\S{1,60})?: (i/o timeout|context deadline exceeded|operation was canceled)`;

/** The pod must run before the DNS of the cluster can. */
const runsBeforeDns: Cause = {
  text: 'The program must run before CoreDNS can (Karpenter, a network plugin, the first pods on Fargate): give its pods dnsPolicy: Default.',
  rules: [],
  tell: 'The pods of CoreDNS are pending, and wait for a node that this program makes.',
};

/** A text on the DNS of the cluster, without the message of an SDK. */
export const dnsDescribedMessage: KnownMessage = {
  id: 'dns-described',
  from: 'cluster',
  sample: 'CoreDNS is still pending, and the controller cannot look up the endpoints of AWS',
  patterns: [
    /\bcore ?dns\b.{0,60}\b(pending|not (yet )?(running|ready|functional|up|available|scheduled))\b.{0,400}\b(aws|amazonaws|sts|eks)\b/i,
    /\b(aws|amazonaws|sts|eks)\b.{0,400}\bcore ?dns\b.{0,60}\b(pending|not (yet )?(running|ready|functional|up|available|scheduled))\b/i,
    /\bdnsPolicy\b.{0,12}\bDefault\b.{0,400}\b(lookups?|resolv\w+|sts|coredns)\b/i,
  ],
  says: 'The program asks the DNS of the cluster for the names of AWS while that does not answer. Nothing is known yet about the token, the provider and the role.',
  causes: [runsBeforeDns],
};

/** Messages of SDKs that have no address of STS (docs/facts.md §C.3). */
export const dnsMessages: readonly KnownMessage[] = [
  {
    id: 'sts-host-of-partition',
    from: 'sdk',
    sample: 'starting new connection: https://sts.cn-<region>.amazonaws.com/',
    patterns: [/\bsts\.(cn|us-isob?|us-isof|eu-isoe|eusc)-([a-z]+(-[a-z]+)?-\d|<region>)\.amazonaws\.com(?![.\w])/i],
    says: 'The program asks for STS under a name that does not exist: the partition of the region has an ending of its own (amazonaws.com.cn in China).',
    causes: [
      {
        text: 'The program makes the name itself, with the ending of the commercial regions: update it, or give it the whole address by its own setting.',
        rules: ['runtime-role-never-assumed'],
        tell: 'nslookup of the name in the message fails everywhere, and nslookup sts.<region>.amazonaws.com.cn succeeds.',
      },
    ],
  },
  {
    id: 'sdk-sts-dns-silent',
    from: 'sdk',
    sample:
      'dial tcp: lookup sts.<region>.amazonaws.com on 172.20.0.10:53: read udp 10.0.3.184:34703->172.20.0.10:53: i/o timeout',
    patterns: [
      new RegExp(lookupTimedOut, 'i'),
      new RegExp(`${stsHostPattern}.{0,160}${noServer}`, 'i'),
      new RegExp(`${noServer}.{0,60}${stsHostPattern}`, 'i'),
      new RegExp(`(eai_again) ${hostOfSts}`, 'i'),
      new RegExp(`${webIdentity}.{0,120}dial tcp: i/o timeout`, 'i'),
      // the SDK for Rust: without the name
      /credentials provider returned an error: dispatch failure.{0,200}dns error: failed to lookup/i,
    ],
    says: 'No DNS server answered the pod when it asked for the address of STS. Nothing is known yet about the token, the provider and the role.',
    causes: [
      {
        text: 'CoreDNS does not answer the pod: its pods do not run, or a security group between nodes or a network policy blocks port 53 (UDP and TCP).',
        rules: ['pod-egress-closed'],
        tell: 'kubectl exec … nslookup kubernetes.default fails too. Does it succeed on the node of CoreDNS, a security group is the cause.',
      },
      runsBeforeDns,
      {
        text: 'CoreDNS answers, and does not reach the resolver of the VPC.',
        rules: [],
        tell: 'Names inside of the cluster resolve, and names of AWS do not.',
      },
      {
        text: 'The program asks the global endpoint of STS where the subnets reach a VPC endpoint alone, and the time passed before the SDK told an address: AWS_STS_REGIONAL_ENDPOINTS=regional and AWS_REGION, or an update where the program makes its own client for STS.',
        rules: ['service-account-option-ignored', 'cluster-sts-unreachable'],
        tell: 'nslookup sts.amazonaws.com in the pod answers, and curl https://sts.amazonaws.com does not.',
        decisive: ['global-sts-without-address'],
      },
    ],
    unless: ['sdk-region-missing', 'sdk-sts-certificate', 'sts-host-of-partition'],
    transient: true,
  },
  {
    id: 'sdk-sts-not-resolved',
    from: 'sdk',
    sample: 'dial tcp: lookup sts.<region>.amazonaws.com: no such host',
    patterns: [
      new RegExp(`${stsHostPattern}.{0,160}${noSuchName}`, 'i'),
      new RegExp(`${noSuchName}.{0,60}${stsHostPattern}`, 'i'),
      new RegExp(`(enotfound|unknownhostexception:|unable to execute http request:) ${hostOfSts}(?!\\S*:443)`, 'i'),
    ],
    says: 'The name of the STS endpoint does not exist for the pod. Nothing is known yet about the token, the provider and the role.',
    causes: [
      {
        text: 'The region in the name does not exist, or is of another partition: correct AWS_REGION.',
        rules: [],
        tell: 'The name does not resolve outside of the cluster either.',
        unlikelier: ['sts-of-region'],
      },
      {
        text: 'CoreDNS does not answer, or a network policy keeps the pod from it.',
        rules: ['pod-egress-closed'],
        tell: 'kubectl exec … nslookup kubernetes.default fails too.',
        likelier: ['sts-of-region'],
      },
      {
        text: 'The VPC has no route to public DNS, and its VPC endpoint for STS has no private DNS: enable it (aws ec2 modify-vpc-endpoint --private-dns-enabled).',
        rules: ['cluster-sts-unreachable'],
        tell: 'Names inside of the cluster resolve, and names of AWS do not.',
      },
    ],
    unless: ['sdk-region-missing', 'sdk-sts-certificate', 'sdk-sts-global-unreachable', 'sdk-sts-dns-silent'],
    transient: true,
  },
];
