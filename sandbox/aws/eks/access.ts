import { randomUUID } from 'node:crypto';
import { given } from '../../../lib/text.ts';
import { type WorldAccessEntry, type WorldCluster, worldClusterArn, worldTime } from '../../world/world.ts';
import { AwsFault, type Call, count, type Operations, optionalText, page, text, texts } from '../operation.ts';
import { clusterOf, seconds } from './clusters.ts';

const associationArn = (call: Call, cluster: WorldCluster, id: string): string =>
  `${worldClusterArn(call.account, cluster).replace(':cluster/', ':podidentityassociation/')}/${id}`;

const summary = (call: Call, cluster: WorldCluster, found: WorldCluster['associations'][number]) => ({
  clusterName: cluster.name,
  namespace: found.namespace,
  serviceAccount: found.serviceAccount,
  associationArn: associationArn(call, cluster, found.id),
  associationId: found.id,
});

/** The fields that DescribePodIdentityAssociation and the changes give beside the summary. */
const detail = (call: Call, cluster: WorldCluster, found: WorldCluster['associations'][number]) => {
  const { roleArn, targetRoleArn, externalId, disableSessionTags, createdAt } = found;
  return {
    ...summary(call, cluster, found),
    roleArn,
    disableSessionTags: disableSessionTags ?? false,
    ...given({ targetRoleArn, externalId }),
    ...(createdAt === undefined ? {} : { createdAt: seconds(createdAt) }),
  };
};

const associationOf = (call: Call, cluster: WorldCluster) => {
  const id = text(call, 'associationId');
  const found = cluster.associations.find(candidate => candidate.id === id);
  if (found) return found;
  throw new AwsFault(
    'ResourceNotFoundException',
    `The association ${id} in cluster ${cluster.name} does not exist`,
    404,
  );
};

/** EKS's Pod Identity operations. */
export const associationOperations: Operations = {
  ListPodIdentityAssociations: call => {
    const cluster = clusterOf(call, 'clusterName');
    const namespace = optionalText(call, 'namespace');
    const serviceAccount = optionalText(call, 'serviceAccount');
    const found = cluster.associations.filter(
      candidate =>
        (namespace === undefined || candidate.namespace === namespace) &&
        (serviceAccount === undefined || candidate.serviceAccount === serviceAccount),
    );
    const { items, next } = page(found, count(call, 'maxResults', 100, 100), optionalText(call, 'nextToken'));
    return { associations: items.map(item => summary(call, cluster, item)), nextToken: next ?? null };
  },
  DescribePodIdentityAssociation: call => {
    const cluster = clusterOf(call, 'clusterName');
    const found = associationOf(call, cluster);
    return { association: detail(call, cluster, found) };
  },
  CreatePodIdentityAssociation: call => {
    const cluster = clusterOf(call, 'clusterName');
    const [namespace, serviceAccount] = [text(call, 'namespace'), text(call, 'serviceAccount')];
    if (cluster.associations.some(item => item.namespace === namespace && item.serviceAccount === serviceAccount))
      throw new AwsFault('ResourceInUseException', 'Association already exists', 409);
    const id = `a-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
    const targetRoleArn = optionalText(call, 'targetRoleArn');
    const made = {
      ...{ id, namespace, serviceAccount, roleArn: text(call, 'roleArn') },
      ...given({ targetRoleArn }),
      ...(call.input.disableSessionTags === true ? { disableSessionTags: true } : {}),
    };
    cluster.associations.push(made);
    return { association: detail(call, cluster, made) };
  },
  UpdatePodIdentityAssociation: call => {
    const cluster = clusterOf(call, 'clusterName');
    const found = associationOf(call, cluster);
    found.roleArn = optionalText(call, 'roleArn') ?? found.roleArn;
    const targetRoleArn = optionalText(call, 'targetRoleArn');
    if (targetRoleArn !== undefined) found.targetRoleArn = targetRoleArn;
    if (typeof call.input.disableSessionTags === 'boolean') found.disableSessionTags = call.input.disableSessionTags;
    return { association: detail(call, cluster, found) };
  },
  DeletePodIdentityAssociation: call => {
    const cluster = clusterOf(call, 'clusterName');
    const found = associationOf(call, cluster);
    cluster.associations.splice(cluster.associations.indexOf(found), 1);
    return { association: detail(call, cluster, found) };
  },
};

const entriesOf = (cluster: WorldCluster): WorldAccessEntry[] => {
  if (cluster.authenticationMode === 'CONFIG_MAP')
    throw new AwsFault(
      'InvalidRequestException',
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
  cluster.accessEntries ??= [];
  return cluster.accessEntries;
};

const entryOf = (call: Call, cluster: WorldCluster): WorldAccessEntry => {
  const principalArn = text(call, 'principalArn');
  const found = entriesOf(cluster).find(entry => entry.principalArn === principalArn);
  if (found) return found;
  throw new AwsFault(
    'ResourceNotFoundException',
    `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.`,
    404,
  );
};

const shown = (call: Call, cluster: WorldCluster, entry: WorldAccessEntry) => ({
  clusterName: cluster.name,
  principalArn: entry.principalArn,
  kubernetesGroups: entry.kubernetesGroups,
  accessEntryArn: `${worldClusterArn(call.account, cluster).replace(':cluster/', ':access-entry/')}/role`,
  username: entry.username,
  type: entry.type,
  createdAt: seconds(entry.createdAt ?? cluster.createdAt),
  modifiedAt: seconds(entry.modifiedAt ?? entry.createdAt ?? cluster.createdAt),
  tags: {},
});

/** EKS's access entries. */
export const accessEntryOperations: Operations = {
  ListAccessEntries: call => {
    const arns = entriesOf(clusterOf(call, 'clusterName')).map(entry => entry.principalArn);
    const { items, next } = page(arns, count(call, 'maxResults', 100, 100), optionalText(call, 'nextToken'));
    return { accessEntries: items, nextToken: next ?? null };
  },
  DescribeAccessEntry: call => {
    const cluster = clusterOf(call, 'clusterName');
    return { accessEntry: shown(call, cluster, entryOf(call, cluster)) };
  },
  CreateAccessEntry: call => {
    const cluster = clusterOf(call, 'clusterName');
    const principalArn = text(call, 'principalArn');
    const entries = entriesOf(cluster);
    if (entries.some(entry => entry.principalArn === principalArn))
      throw new AwsFault(
        'ResourceInUseException',
        'The specified access entry resource is already in use on this cluster.',
        409,
      );
    const entry: WorldAccessEntry = {
      principalArn,
      kubernetesGroups: texts(call, 'kubernetesGroups'),
      username: optionalText(call, 'username') ?? principalArn,
      type: optionalText(call, 'type') ?? 'STANDARD',
      policies: [],
      createdAt: worldTime(call.world),
    };
    entries.push(entry);
    return { accessEntry: shown(call, cluster, entry) };
  },
  UpdateAccessEntry: call => {
    const cluster = clusterOf(call, 'clusterName');
    const entry = entryOf(call, cluster);
    if (Array.isArray(call.input.kubernetesGroups)) entry.kubernetesGroups = texts(call, 'kubernetesGroups');
    entry.modifiedAt = worldTime(call.world);
    return { accessEntry: shown(call, cluster, entry) };
  },
  DeleteAccessEntry: call => {
    const cluster = clusterOf(call, 'clusterName');
    const entries = entriesOf(cluster);
    entries.splice(entries.indexOf(entryOf(call, cluster)), 1);
    return {};
  },
  ListAssociatedAccessPolicies: call => {
    const cluster = clusterOf(call, 'clusterName');
    const entry = entryOf(call, cluster);
    return {
      clusterName: cluster.name,
      principalArn: entry.principalArn,
      associatedAccessPolicies: entry.policies.map(policyArn => ({ policyArn, accessScope: { type: 'cluster' } })),
    };
  },
  AssociateAccessPolicy: call => {
    const cluster = clusterOf(call, 'clusterName');
    const entry = entryOf(call, cluster);
    entry.policies.push(text(call, 'policyArn'));
    return { clusterName: cluster.name, principalArn: entry.principalArn };
  },
};
