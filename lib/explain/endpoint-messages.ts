import type { KnownMessage } from './known-message.ts';
import { noAnswer } from './network-messages.ts';

/** An API of AWS other than STS: `<service>.<region>.amazonaws.com`, or a global one. Databases, load balancers and API servers
 *  of EKS have the region before the service, and are none. */
const apiHost =
  '(?://|lookup |host["\':= ]{1,4}|connect to )(?!sts[.-]|[\\w.-]{0,80}(dkr\\.ecr|oidc[.-]eks)\\.)(([a-z0-9-]{1,63}\\.){1,4}([a-z]{2}(-[a-z]+){1,2}-\\d|<region>)|iam|ec2|s3|sqs|sns|kms|route53|cloudfront|organizations|autoscaling|dynamodb|secretsmanager|ssm|logs|monitoring|pricing|[\\w.-]{1,63}\\.s3)\\.amazonaws\\.com(\\.cn)?';

/** Calls to other services than STS that got no answer (docs/facts.md §C.3). */
export const endpointMessages: readonly KnownMessage[] = [
  {
    id: 'aws-endpoint-unreachable',
    from: 'other-service',
    sample: 'Post "https://ec2.<region>.amazonaws.com/": dial tcp 52.94.241.129:443: i/o timeout',
    patterns: [
      new RegExp(`${apiHost}\\S{0,200}.{0,120}${noAnswer}`, 'i'),
      new RegExp(`${noAnswer}.{0,60}${apiHost}`, 'i'),
      new RegExp(
        `(not able|unable|cannot|can.t|fail\\w{0,6}|could not) (to )?(connect|reach)( to)? (https:)?${apiHost}`,
        'i',
      ),
    ],
    says: 'The program got no answer of a service of AWS, which is not STS. An SDK signs a request before it sends it: the program had credentials, and the role is not the cause.',
    causes: [
      {
        text: 'The pod has no route to this service: private subnets without NAT and without a VPC endpoint for it (each service needs its own, and many global ones, as IAM and Route 53, have none in most regions), or a security group or policy of the endpoint refuses. Add the endpoint or NAT, or give the program the value that it asks for by an option.',
        rules: [],
        tell: 'curl of the address in the message gets no answer in the pod, nor on its node.',
      },
      {
        text: 'A network policy, a security group for pods, a proxy or a service mesh keeps this pod from it.',
        rules: ['pod-egress-closed'],
        tell: 'The address answers on the node of the pod, and not in the pod.',
        decisive: ['network-policy', 'pod-security-group', 'mesh'],
      },
      {
        text: 'The name does not resolve in the pod: CoreDNS, a VPC endpoint without private DNS, or a region that does not have the service.',
        rules: [],
        tell: 'nslookup of the name fails in the pod.',
        decisive: ['no-name'],
      },
    ],
    unless: ['sdk-sts-unreachable', 'sdk-sts-global-unreachable', 'sdk-sts-dns-silent', 'sdk-sts-not-resolved'],
    transient: true,
  },
];
