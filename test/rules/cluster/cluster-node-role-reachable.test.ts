import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { NodeMetadata } from '../../../lib/model/network.ts';
import { clusterNodeRoleReachable } from '../../../lib/rules/cluster/cluster-node-role-reachable.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';

const node = (over: Partial<NodeMetadata>): NodeMetadata => ({
  kind: 'node group main',
  hopLimit: 1,
  tokensRequired: true,
  enabled: true,
  nodes: 1,
  ...over,
});

test.each([
  ['no node', [], undefined],
  ['a token, one hop', [node({})], undefined],
  ['a token, two hops', [node({ hopLimit: 2 })], 'low'],
  ['no token, one hop: the limit bounds answers with a token alone', [node({ tokensRequired: false })], 'medium'],
  ['no service', [node({ enabled: false, hopLimit: 64, tokensRequired: false })], undefined],
  ['one of several kinds', [node({ nodes: 90 }), node({ kind: 'instance i-1', hopLimit: 3 })], 'low'],
] as const)('%s', (_, nodes, severity) => {
  const facts = someFacts({ clusters: complete([aReadCluster({}, { nodes: complete(nodes) })]) });
  const { findings } = evaluate(facts, { rules: [clusterNodeRoleReachable] });
  expect(findings.map(finding => finding.severity)).toEqual(severity === undefined ? [] : [severity]);
});
