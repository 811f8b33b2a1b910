import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { NodeMetadata } from '../../../lib/model/network.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `cluster-node-role-reachable` is known. */
export const examples: Examples = {
  pass: {
    title: 'every node wants a token, and its answers go no further than one hop',
    facts: () => worldOf([node()]),
  },
  fail: {
    title: 'the nodes of one EC2NodeClass answer over two hops',
    facts: () => worldOf([node(), node({ kind: 'EC2NodeClass batch', hopLimit: 2, nodes: 3 })]),
  },
  unknown: {
    title: 'instances were not asked for',
    facts: () => someFacts({ clusters: complete([aReadCluster({}, { nodes: notAskedFor('ec2:DescribeInstances') })]) }),
  },
};

const node = (over: Partial<NodeMetadata> = {}): NodeMetadata => ({
  kind: 'EC2NodeClass default',
  hopLimit: 1,
  tokensRequired: true,
  enabled: true,
  nodes: 6,
  ...over,
});

const worldOf = (nodes: readonly NodeMetadata[]) =>
  someFacts({ clusters: complete([aReadCluster({}, { nodes: complete(nodes) })]) });
