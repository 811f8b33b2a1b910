import { runAgent } from '../../world/agent-daemon-set.ts';
import { type WorldAddon, type WorldCluster, worldClusterArn } from '../../world/world.ts';
import { AwsFault, type Call, count, type Operations, optionalText, page, text } from '../operation.ts';
import { clusterOf, seconds } from './clusters.ts';

const addonOf = (call: Call, cluster: WorldCluster): WorldAddon => {
  const name = text(call, 'addonName');
  const found = (cluster.addons ?? []).find(candidate => candidate.name === name);
  if (found) return found;
  throw new AwsFault('ResourceNotFoundException', `No addon: ${name} found in cluster: ${cluster.name}`, 404);
};

/** EKS's add-on operations. */
export const addonOperations: Operations = {
  ListAddons: call => {
    const names = (clusterOf(call, 'clusterName').addons ?? []).map(({ name }) => name);
    const { items, next } = page(names, count(call, 'maxResults', 100, 100), optionalText(call, 'nextToken'));
    return { addons: items, nextToken: next ?? null };
  },
  DescribeAddon: call => {
    const cluster = clusterOf(call, 'clusterName');
    const { name, namespace, status = 'ACTIVE', issues = [], ...rest } = addonOf(call, cluster);
    return {
      addon: {
        addonName: name,
        clusterName: cluster.name,
        status,
        addonVersion: 'v1.0.0-eksbuild.1',
        addonArn: `${worldClusterArn(call.account, cluster).replace(':cluster/', ':addon/')}/${name}/1`,
        ...rest,
        createdAt: seconds(cluster.createdAt),
        modifiedAt: seconds(cluster.createdAt),
        health: { issues },
        tags: {},
        ...(namespace === undefined ? {} : { namespaceConfig: { namespace } }),
      },
    };
  },
  CreateAddon: call => {
    const cluster = clusterOf(call, 'clusterName');
    const name = text(call, 'addonName');
    const addons = cluster.addons ?? [];
    if (addons.some(one => one.name === name))
      throw new AwsFault('ResourceInUseException', `Addon already exists: ${name}`, 409);
    cluster.addons = [...addons, { name }];
    runAgent(call.world.kubernetes.get(worldClusterArn(call.account, cluster)), cluster.addons);
    return { addon: { addonName: name, clusterName: cluster.name, status: 'CREATING' } };
  },
  UpdateAddon: call => {
    const addon = addonOf(call, clusterOf(call, 'clusterName'));
    const roleArn = optionalText(call, 'serviceAccountRoleArn');
    if (roleArn !== undefined) addon.serviceAccountRoleArn = roleArn;
    return { update: { id: '00000000-0000-4000-8000-000000000000', status: 'InProgress', type: 'AddonUpdate' } };
  },
};
