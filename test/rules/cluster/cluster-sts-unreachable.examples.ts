import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { ClusterNetwork } from '../../../lib/model/network.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aNetwork, anStsEndpoint } from '../../support/example-network.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `cluster-sts-unreachable` is known. */
export const examples: Examples = {
  pass: {
    title: 'the private subnets of the nodes have an endpoint for STS that admits them',
    facts: () => worldOf(aNetwork({ stsEndpoints: [anStsEndpoint()] })),
  },
  fail: { title: 'nothing leads out of the VPC, and it has no endpoint for STS', facts: () => worldOf(aNetwork()) },
  unknown: {
    title: 'the network was not asked for',
    facts: () =>
      someFacts({ clusters: complete([aReadCluster({}, { network: notAskedFor('ec2:DescribeRouteTables') })]) }),
  },
};

const worldOf = (network: ClusterNetwork) =>
  someFacts({ clusters: complete([aReadCluster({}, { network: complete(network) })]) });
