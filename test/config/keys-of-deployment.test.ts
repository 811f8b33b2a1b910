import { expect, test } from '@jest/globals';
import { configurationSchema } from '../../lib/config/configuration.ts';
import { keysOfDeployment } from '../../lib/config/keys-of-deployment.ts';

test('keys that an audit from a terminal uses are not named, those of a deployment are', () => {
  const vpc = { enabled: true, vpc: { vpcId: 'vpc-01234567', subnetIds: [], securityGroupIds: [] } };
  const text = JSON.stringify({ $schema: 'x', schedule: {}, rules: {}, operations: 'none', inCluster: vpc });
  expect(keysOfDeployment(`\uFEFF${text}`)).toEqual(['schedule', 'operations', 'inCluster.vpc']);
  expect(keysOfDeployment('{"waivers": [], "inCluster": {"enabled": true}}')).toEqual([]);
});

test('every key of the configuration is one or the other', () => {
  const keys = Object.keys(configurationSchema.shape);
  const deployed = keysOfDeployment(JSON.stringify(Object.fromEntries(keys.map(key => [key, 0]))));
  expect(deployed.toSorted()).toEqual([
    ...[
      'accountsAtOnce',
      'customerKey',
      'dashboard',
      'eventBridge',
      'fastLane',
      'minSeverity',
      'name',
      'notifications',
    ],
    ...['operations', 'retention', 'schedule', 'securityHub', 'weeklySummary'],
  ]);
});

test('a network of the cluster functions is one of a deployment, whatever else is said of clusters', () => {
  const inClusters = [null, [], 'x', {}, { enabled: true }, { vpc: null }, { vpc: {}, enabled: false }];
  expect(inClusters.map(inCluster => keysOfDeployment(JSON.stringify({ inCluster })))).toEqual([
    ...[[], [], [], [], []],
    ...[['inCluster.vpc'], ['inCluster.vpc']],
  ]);
});
