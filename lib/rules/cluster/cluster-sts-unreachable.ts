import { type ClusterSubject, type ReachOfPlace, type StsReach, stsReachOf } from '../../facts.ts';
import { type RuntimeFacts, valueOr } from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  defineRule,
  eksGuide,
  failOrPass,
  failures,
  iamGuide,
  notApplicable,
  pass,
  unknown,
  unknownFor,
  unknownKindOf,
} from '../prelude.ts';

const fail = failures({
  noWay: [
    'no way to STS',
    'nothing leads from the nodes of cluster {cluster} in {subnets} to STS: the VPC has no endpoint for it, and the subnets no way out',
  ],
  group: [
    'security group closes STS',
    'the security groups of {endpoint} and of the nodes of cluster {cluster} in {subnets} leave no way to STS on port 443',
  ],
  policy: [
    'endpoint policy refuses',
    'the policy of {endpoint}, through which the nodes of cluster {cluster} in {subnets} reach STS, allows no sts:AssumeRoleWithWebIdentity',
  ],
});

/** Without STS no pod changes its token for credentials (docs/facts.md §K.2). */
export const clusterStsUnreachable = defineRule({
  id: 'cluster-sts-unreachable',
  kind: 'cluster',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'webhook-injection',
  title: 'Nodes reach STS',
  fault: 'Nodes cannot reach STS',
  says: fail.says,
  needs: ['network'],
  why: 'An SDK sends the token of its service account to STS. Where routes, endpoint, security groups or the policy of the endpoint leave no way there, it gets no credentials, and waits until it gives up. Decided from the routes of the subnets in which nodes run, the interface endpoint for STS, the security groups and its policy; a way by a transit gateway, a peering or a firewall is not followed, and then nothing is said. A proxy in the VPC is another way that is not seen. Calls in CloudTrail show that there is one.',
  fix: 'Make an interface endpoint for com.amazonaws.<region>.sts with private DNS, and let its security group admit the nodes on port 443. SDKs must call the regional name: AWS_STS_REGIONAL_ENDPOINTS=regional.',
  references: [eksGuide('private-clusters'), iamGuide('id_credentials_temp_region-endpoints'), 'docs/facts.md §K.2'],
  check: (subject, { snapshot }) => {
    const read = subject.snapshot.network;
    if (read === undefined || read.status === 'unavailable')
      return unknown(read === undefined ? 'not-asked-for' : unknownKindOf(read.reason), 'the network of the cluster');
    const reached = stsReachOf(read.value);
    if (reached.length === 0) return notApplicable;
    if (isCalled(subject, valueOr<RuntimeFacts | undefined>(snapshot.runtime, undefined))) return pass;
    const open = reached.filter(({ reach }) => reach === 'unknown');
    const missing = open.length === 0 ? undefined : ({ kind: 'ambiguous', missing: unknownWay(open) } as const);
    const failed = refusals.flatMap(reach => {
      const places = reached.filter(one => one.reach === reach);
      return places.length === 0 ? [] : [failureOf(subject, reach, places)];
    });
    return failed.length === 0 && missing !== undefined ? unknownFor(missing) : failOrPass(failed, missing);
  },
});

const unknownWay = ([first, ...more]: readonly ReachOfPlace[]): string =>
  `whether the nodes in ${first?.place.subnetId}${more.length > 0 ? ` and ${more.length} more of their subnets` : ''} reach STS: ${first?.because}`;

const refusals = ['no-way', 'refused-by-group', 'refused-by-policy'] as const satisfies StsReach[];

/** The message of each, what was found, and the fix. */
const words = {
  'no-way': [
    'noWay',
    'no endpoint for STS, no active route out of the VPC',
    'Make an interface endpoint for STS in the VPC, with private DNS.',
  ],
  'refused-by-group': [
    'group',
    'an endpoint, and security groups that leave port 443 closed',
    'Let the security groups of the endpoint admit the nodes on TCP port 443, and those of the nodes let it out.',
  ],
  'refused-by-policy': [
    'policy',
    'an endpoint whose policy allows no AssumeRoleWithWebIdentity',
    'Allow sts:AssumeRoleWithWebIdentity in the policy of the endpoint.',
  ],
} as const;

/** Some pod of the cluster got credentials: there is a way, if only a proxy. */
const isCalled = ({ cluster }: ClusterSubject, runtime: RuntimeFacts | undefined): boolean =>
  (runtime?.events ?? []).some(
    ({ providerArn, successes }) =>
      successes > 0 && cluster.issuer !== undefined && providerArn?.endsWith(cluster.issuer.slice('https://'.length)),
  );

const failureOf = (subject: ClusterSubject, reach: keyof typeof words, places: readonly ReachOfPlace[]) => {
  const { name: cluster, region } = subject.cluster;
  const subnets = [...new Set(places.map(({ place }) => place.subnetId))].sort();
  const where = { cluster, subnets, endpoint: places[0]?.endpointId ?? '' };
  const [message, found, fix] = words[reach];
  return fail[message](where)
    .discriminator(reach)
    .evidence(
      'way from the subnets of the nodes to STS',
      `ec2:DescribeRouteTables, ec2:DescribeVpcEndpoints and ec2:DescribeSecurityGroups in ${region}`,
      phrase(found),
      phrase('an endpoint with private DNS that admits the nodes, or a way out'),
    )
    .podError(
      'WebIdentityErr: failed to retrieve credentials … Post "https://sts.<region>.amazonaws.com/": i/o timeout',
    )
    .fix(fix, 'Whether pods reach STS by a proxy that is not seen here.');
};
