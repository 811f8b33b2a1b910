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
  expect(keys.filter(key => !deployed.includes(key))).toEqual(
    expect.arrayContaining(['accounts', 'memberRole', 'regions', 'trusted', 'rules', 'waivers', 'unusedAfterDays']),
  );
  expect(deployed).toEqual(expect.arrayContaining(['notifications', 'retention', 'accountsAtOnce']));
});
