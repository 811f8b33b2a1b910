/** The cluster that a context stands for, where EKS was not asked: whole values. */
import { expect, test } from '@jest/globals';
import { clusterOf } from '../../../lib/cli/scan/cluster-only.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { someKubernetes } from '../../support/example-cluster.ts';
import { exampleIssuer } from '../../support/example-world.ts';

const contextOf = (cluster: string, name = 'prod') =>
  ({ name, cluster: { name: cluster, server: 'https://api.example:6443' } }) as unknown as Parameters<
    typeof clusterOf
  >[0];
const told = complete(someKubernetes());
const silent = complete(someKubernetes({ issuer: unavailable({ kind: 'denied', operation: 'o', message: 'm' }) }));
const unread = unavailable<never>({ kind: 'denied', operation: 'o', message: 'm' });
const bare = {
  ...{ context: 'prod', status: 'ACTIVE', endpoint: 'https://api.example:6443', caCertificates: [] },
  ...{ endpointPublic: false, tags: {} },
};
const ofContext = { arn: 'arn:aws:eks:unknown:000000000000:cluster/prod', name: 'prod', accountId: '000000000000' };

test('by the ARN that EKS writes, else by the name of the context', () => {
  const arn = 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/shop';
  expect(clusterOf(contextOf(arn), undefined, unread, undefined)).toEqual({
    ...bare,
    ...{ arn, name: 'shop', region: 'cn-north-1', accountId: '111122223333' },
  });
  for (const name of ['shop', 'arn:aws:iam::111122223333:cluster/shop', 'arn:aws:eks:eu-west-1:1:nodegroup/shop'])
    expect(clusterOf(contextOf(name), undefined, unread, undefined)).toMatchObject(ofContext);
  const long = clusterOf(contextOf('x', `a/b/${'c'.repeat(200)}`), undefined, unread, undefined);
  expect([long.name, long.context]).toEqual([`a-b-${'c'.repeat(96)}`, `a/b/${'c'.repeat(200)}`]);
  expect(long.arn.endsWith(`:cluster/${long.name}`)).toBe(true);
});

test('with the issuer that a person said, else the one that the API server tells, and its authority', () => {
  const issuerOf = (...[facts, issuer]: readonly [typeof told | typeof unread, string?]) =>
    clusterOf(contextOf('x'), undefined, facts, issuer).issuer;
  expect([issuerOf(told), issuerOf(told, 'https://mine'), issuerOf(silent), issuerOf(unread, 'https://mine')]).toEqual([
    ...[exampleIssuer, 'https://mine', undefined, 'https://mine'],
  ]);
  expect(clusterOf(contextOf('x'), 'no PEM', told, undefined)).toMatchObject({
    ...{ certificateAuthority: Buffer.from('no PEM').toString('base64'), caCertificates: [] },
  });
});
