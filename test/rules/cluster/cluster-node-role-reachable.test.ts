import { describe, expect, test } from '@jest/globals';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { NodeMetadata } from '../../../lib/model/network.ts';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { clusterNodeRoleReachable } from '../../../lib/rules/cluster/cluster-node-role-reachable.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

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

describe('the severity follows the role of the nodes', () => {
  const profile = 'arn:aws:iam::111122223333:instance-profile/eks-1';
  const role = 'arn:aws:iam::111122223333:role/nodes';
  const shown = { policy: 'p', statement: 'Statement[0]', action: '*', resource: '*' };
  const foundWith = (level: RoleLevel, profiles: Readonly<Record<string, string>> = { [profile]: role }) => {
    const nodes = complete([
      node({ profiles: ['arn:aws:iam::111122223333:instance-profile/closed'] }),
      node({ kind: 'node group open', hopLimit: 2, profiles: [profile] }),
    ]);
    const facts = someFacts({
      clusters: complete([aReadCluster({}, { nodes })]),
      rolePermissions: complete({ roles: {}, policies: {}, levels: { [role]: level }, profiles }),
    });
    return evaluate(facts, { rules: [clusterNodeRoleReachable] }).findings[0];
  };

  test.each<readonly [RoleLevel, string]>([
    [{ level: 'administrator', shown }, 'high'],
    [{ level: 'reads-secrets', shown }, 'low'],
    [{ level: 'little' }, 'info'],
    [{ level: 'unknown', because: 'denied', isAsked: true }, 'low'],
  ])('%j', (level, severity) => {
    expect(foundWith(level)).toMatchObject({ severity, roleLevel: level.level });
  });

  test('a profile whose role is not known is an unknown level, never a mild one', () => {
    expect(foundWith({ level: 'little' }, {})).toMatchObject({ severity: 'low', roleLevel: 'unknown' });
  });
});

const refused = { kind: 'denied', operation: 'ec2:DescribeInstances', message: 'no' } as const;

test.each<[string, ClusterSnapshot['nodes'], readonly string[]]>([
  ['nobody asked for nodes', undefined, []],
  ['nodes were refused', unavailable(refused), ['unread: ec2:DescribeInstances: denied: no']],
  [
    'closed nodes, and a page that was refused',
    withGaps([node({})], [{ what: 'page 2', reason: refused }]),
    ['unread: some nodes of cluster shop: no'],
  ],
  [
    'nodes that are left out',
    notAskedFor('ec2:DescribeInstances'),
    ['not-asked-for: ec2:DescribeInstances: not asked for'],
  ],
])('%s', (_, nodes, wanted) => {
  const facts = someFacts({ clusters: complete([aReadCluster({}, nodes === undefined ? {} : { nodes })]) });
  const { findings, undecided } = evaluate(facts, { rules: [clusterNodeRoleReachable] });
  expect([findings, undecided.map(({ kind, missing }) => `${kind}: ${missing}`)]).toEqual([[], wanted]);
});

test.each([
  [10, 10],
  [11, 10],
])('of %i kinds of nodes that answer pods ten are shown', (count, shown) => {
  const nodes = Array.from({ length: count }, (_, at) => node({ kind: `node group ${at}`, hopLimit: 2 }));
  const facts = someFacts({ clusters: complete([aReadCluster({}, { nodes: complete(nodes) })]) });
  const { findings } = evaluate(facts, { rules: [clusterNodeRoleReachable] });
  expect(findings[0]?.evidence).toHaveLength(shown);
});
