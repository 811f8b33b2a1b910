import { expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { placedByIssuer } from '../../../lib/rules/evaluate/place-by-issuer.ts';
import { aRoleFinding } from '../../support/drift-builders.ts';
import { aCluster, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';

const other = exampleIssuer.replace(/F$/, 'E');
const provider = (issuer: string): string => issuer.replace('https://', 'arn:aws:iam::111122223333:oidc-provider/');
const statements = (...issuers: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: issuers.map(issuer => JSON.parse(aTrustPolicy({ issuer })).Statement[0]),
  });
const roles = [
  aRole({ name: 'one', trustPolicy: statements(exampleIssuer) }),
  aRole({ name: 'both', trustPolicy: statements(exampleIssuer, other) }),
  aRole({ name: 'dead', trustPolicy: statements(exampleIssuer.replace(/F$/, 'D')) }),
  aRole({ name: 'broken', trustPolicy: '{' }),
];
const arnOf = (name: string): string => roles.find(role => role.name === name)?.arn ?? '';
const facts = (() => {
  const plain = someFacts({ roles: complete(roles) });
  const bank = { ...aCluster(), name: 'bank', arn: aCluster().arn.replace(/[^/]+$/, 'bank'), issuer: other };
  return { ...plain, fleet: { ...plain.fleet, clusters: [...plain.fleet.clusters, bank] } };
})();
const place = (over: Partial<Finding>): Finding | undefined => {
  const { clusterName: _name, region: _region, ...bare } = aRoleFinding('x');
  return placedByIssuer([{ ...bare, ...over }], subjectsOfAccount(facts).role, facts)[0];
};

test.each<readonly [what: string, over: Partial<Finding>, clusterName: string | undefined]>([
  ['its issuer', { issuer: exampleIssuer }, aCluster().name],
  ['its issuer, with several in the trust policy', { roleArn: arnOf('both'), issuer: other }, 'bank'],
  ['its provider', { providerArn: provider(other) }, 'bank'],
  ['the only issuer that its role trusts', { roleArn: arnOf('one') }, aCluster().name],
  ['no cluster, if its role trusts two', { roleArn: arnOf('both') }, undefined],
  ['no cluster, if no cluster has the issuer', { roleArn: arnOf('dead') }, undefined],
  ['no cluster, if the policy cannot be read', { roleArn: arnOf('broken') }, undefined],
  ['no cluster, if it names nothing', { roleArn: 'arn:aws:iam::111122223333:role/unknown' }, undefined],
  ['the cluster that it names itself', { clusterName: 'mine', issuer: exampleIssuer }, 'mine'],
])('a finding is placed by %s', (_, over, clusterName) => {
  expect(place(over)?.clusterName).toBe(clusterName);
});

test('a placed finding has the cluster’s ARN and region', () => {
  const { arn, region } = aCluster();
  expect(place({ issuer: exampleIssuer })).toMatchObject({ clusterArn: arn, region });
});
