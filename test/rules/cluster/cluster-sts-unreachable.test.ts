import { expect, test } from '@jest/globals';
import { type Collected, complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { ClusterNetwork } from '../../../lib/model/network.ts';
import type { RuntimeFacts } from '../../../lib/model/runtime.ts';
import { clusterStsUnreachable } from '../../../lib/rules/cluster/cluster-sts-unreachable.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aNetwork, anStsEndpoint, aPlace, aRouteTable } from '../../support/example-network.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const judged = (network: ClusterNetwork, successes?: number) => {
  const event = {
    roleArn: aRole().arn,
    providerArn: aProvider().arn,
    region: 'eu-west-1',
    failures: [],
    userAgents: [],
    verificationMethods: [],
    lastAt: '2026-11-01T05:00:00Z',
  };
  const runtime: Collected<RuntimeFacts> =
    successes === undefined
      ? notAskedFor('cloudtrail:LookupEvents')
      : complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [{ ...event, successes }] });
  const { findings, undecided } = evaluate(
    someFacts({ clusters: complete([aReadCluster({}, { network: complete(network) })]), runtime }),
    { rules: [clusterStsUnreachable] },
  );
  return [
    ...findings.map(({ messageId, severity }) => `${messageId} ${severity}`),
    ...undecided.map(({ kind }) => kind),
  ];
};
const policy = JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' } });

test.each<[string, ClusterNetwork, number | undefined, readonly string[]]>([
  ['no nodes', aNetwork({ places: [] }), undefined, []],
  ['no way', aNetwork(), undefined, ['noWay medium']],
  ['no way, and calls arrive: a proxy that is not seen', aNetwork(), 3, []],
  ['no way, and no call arrives', aNetwork(), 0, ['noWay medium']],
  ['an endpoint', aNetwork({ stsEndpoints: [anStsEndpoint()] }), undefined, []],
  ['a policy of the endpoint', aNetwork({ stsEndpoints: [anStsEndpoint({ policy })] }), undefined, ['policy medium']],
  ['a way that is not followed', aNetwork({ routeTables: [] }), undefined, ['ambiguous']],
  [
    'a closed subnet beside one that is not followed',
    aNetwork({ places: [aPlace(), aPlace({ vpcId: 'vpc-2', subnetId: 'subnet-9' })], routeTables: [aRouteTable()] }),
    undefined,
    ['noWay medium', 'ambiguous'],
  ],
])('%s', (_, network, successes, wanted) => {
  expect(judged(network, successes)).toEqual(wanted);
});

test('an endpoint without private DNS is named as what decides', () => {
  const nameless = aNetwork({ stsEndpoints: [anStsEndpoint({ hasPrivateDns: false })] });
  const { undecided } = evaluate(
    someFacts({ clusters: complete([aReadCluster({}, { network: complete(nameless) })]) }),
    { rules: [clusterStsUnreachable] },
  );
  expect(undecided.find(({ ruleId }) => ruleId === 'cluster-sts-unreachable')?.missing).toMatch(
    /private hosted zone .* endpoint vpce-sts, which has no private DNS/,
  );
});
