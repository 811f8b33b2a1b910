import { type WorldAccount, type WorldCluster, worldClusterArn } from '../../world/world.ts';
import { AwsFault, type Call, count, type Operations, optionalText, page, text } from '../operation.ts';

/** The clusters of the caller's account in the request's region. */
const clustersOf = (call: Call): readonly WorldCluster[] =>
  call.account.clusters.filter(cluster => cluster.region === call.region);

/** The cluster that a call names. Throws EKS's ResourceNotFoundException. */
export const clusterOf = (call: Call, parameter: 'name' | 'clusterName'): WorldCluster => {
  const name = text(call, parameter);
  const cluster = clustersOf(call).find(candidate => candidate.name === name);
  if (cluster) return cluster;
  throw new AwsFault('ResourceNotFoundException', `No cluster found for name: ${name}.`, 404);
};

/** Seconds since 1970, as REST-JSON writes times. */
export const seconds = (instant: string): number => Date.parse(instant) / 1000;

const describe = (account: WorldAccount, cluster: WorldCluster) => ({
  name: cluster.name,
  arn: worldClusterArn(account, cluster),
  createdAt: seconds(cluster.createdAt),
  version: cluster.version,
  endpoint: cluster.endpoint ?? `https://${'0'.repeat(31)}1.gr7.${cluster.region}.eks.amazonaws.com`,
  roleArn: `arn:${account.partition}:iam::${account.accountId}:role/${cluster.name}-cluster`,
  resourcesVpcConfig: {
    subnetIds: [],
    ...cluster.vpc,
    securityGroupIds: [],
    endpointPublicAccess: cluster.endpointPublic ?? true,
    endpointPrivateAccess: cluster.endpointPrivate ?? true,
    publicAccessCidrs: ['0.0.0.0/0'],
  },
  kubernetesNetworkConfig: {
    ipFamily: cluster.ipFamily,
    ...(cluster.ipFamily === 'ipv6' ? {} : { serviceIpv4Cidr: '172.20.0.0/16' }),
  },
  ...(cluster.issuer === undefined ? {} : { identity: { oidc: { issuer: cluster.issuer } } }),
  status: cluster.status,
  certificateAuthority: cluster.certificateAuthority === undefined ? {} : { data: cluster.certificateAuthority },
  platformVersion: 'eks.1',
  ...(cluster.autoMode === undefined ? {} : { computeConfig: { enabled: cluster.autoMode } }),
  accessConfig: { authenticationMode: cluster.authenticationMode },
  tags: cluster.tags ?? {},
});

/** EKS's cluster operations. */
export const clusterOperations: Operations = {
  ListClusters: call => {
    const names = clustersOf(call).map(({ name }) => name);
    const { items, next } = page(names, count(call, 'maxResults', 100, 100), optionalText(call, 'nextToken'));
    return { clusters: items, nextToken: next ?? null };
  },
  DescribeCluster: call => ({ cluster: describe(call.account, clusterOf(call, 'name')) }),
  UpdateClusterConfig: call => {
    const cluster = clusterOf(call, 'name');
    const access = call.input.accessConfig;
    if (typeof access === 'object' && access !== null && 'authenticationMode' in access)
      cluster.authenticationMode = String(access.authenticationMode);
    return { update: { id: '00000000-0000-4000-8000-000000000000', status: 'InProgress', type: 'AccessConfigUpdate' } };
  },
};
