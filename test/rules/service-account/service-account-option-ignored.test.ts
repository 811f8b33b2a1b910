import { expect, test } from '@jest/globals';
import { aCluster } from '../../support/example-world.ts';
import { annotatedWith, worldOf } from '../../support/in-cluster-world.ts';
import { expiration, fixOf, run } from './worlds.ts';

const endpoints = (value: string) => annotatedWith({ 'eks.amazonaws.com/sts-regional-endpoints': value });

const { createdAt: _made, version: _version, endpoint: _endpoint, ...undescribed } = aCluster();

run('service-account-option-ignored', [
  ['reports an expiration above the most that EKS gives', worldOf(expiration('172800')), ['low outOfBounds']],
  ['reports an expiration below the least', worldOf(expiration('60')), ['low outOfBounds']],
  ['reports an expiration with a unit', worldOf(expiration('1h')), ['low notWholeNumber']],
  ['takes an expiration with a sign, as Go does', worldOf(expiration('+3600')), []],
  ['reports an endpoint option that is not a boolean', worldOf(endpoints('yes')), ['low notBoolean']],
  ['takes a boolean as Go writes it', worldOf(endpoints('T')), []],
  [
    'does not know the upper bound of a cluster that is not of EKS',
    worldOf(
      expiration('172800'),
      {},
      { cluster: { ...undescribed, region: 'unknown', issuer: 'https://oidc.example' } },
    ),
    [],
  ],
]);

test('an option out of bounds may say what pods get already; one that is ignored may go', () => {
  const command = (annotations: Readonly<Record<string, string>>) =>
    fixOf('service-account-option-ignored', worldOf(annotatedWith(annotations)))?.commands;
  expect(command({ 'eks.amazonaws.com/token-expiration': '172800' })).toEqual([
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate --overwrite -- serviceaccount/cart eks.amazonaws.com/token-expiration=86400',
  ]);
  expect(command({ 'eks.amazonaws.com/sts-regional-endpoints': 'yes' })).toEqual([
    'kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate -- serviceaccount/cart eks.amazonaws.com/sts-regional-endpoints-',
  ]);
});
