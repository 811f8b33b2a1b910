import { describe, expect, test } from '@jest/globals';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../../support/example-world.ts';
import { verdicts } from '../../support/in-cluster-world.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

const targetRoleArn = `arn:aws:iam::${exampleAccountId}:role/ledger`;
const both = ['sts:AssumeRole', 'sts:TagSession'];
const first = anAssociation().roleArn ?? '';
const told = (statement: object, over: Partial<PodIdentityAssociation> = {}) => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const association = anAssociation({ targetRoleArn, ...over });
  return verdicts(
    'pod-identity-target-not-trusting',
    someFacts({
      clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]),
      roles: complete([aPodIdentityRole(), aRole({ name: 'ledger', arn: targetRoleArn, trustPolicy })]),
    }),
  );
};

describe('the target role of an association', () => {
  test.each<readonly [string, object, Partial<PodIdentityAssociation>, readonly string[]]>([
    ['that names the first role with both actions', { Principal: { AWS: first }, Action: both }, {}, []],
    ['that names its account', { Principal: { AWS: `arn:aws:iam::${exampleAccountId}:root` }, Action: both }, {}, []],
    ['that names the account by its number', { Principal: { AWS: exampleAccountId }, Action: 'sts:*' }, {}, []],
    ['that names everyone', { Principal: { AWS: '*' }, Action: both }, {}, []],
    ['without tags', { Principal: { AWS: first }, Action: 'sts:AssumeRole' }, {}, ['high noTags']],
    [
      'without tags, which are off',
      { Principal: { AWS: first }, Action: 'sts:AssumeRole' },
      { sessionTags: false },
      [],
    ],
    ['that names another role', { Principal: { AWS: `${first}-x` }, Action: both }, {}, ['high silent']],
    ['that names the service', { Principal: { Service: 'pods.eks.amazonaws.com' }, Action: both }, {}, ['high silent']],
    ['that names a unique id', { Principal: { AWS: 'AROA0123456789ABCDEF' }, Action: both }, {}, ['unknown ambiguous']],
    [
      'of another account',
      { Principal: { AWS: first }, Action: both },
      { targetRoleArn: 'arn:aws:iam::444455556666:role/ledger' },
      ['unknown not-asked-for'],
    ],
  ])('%s', (_title, statement, over, expected) => expect(told(statement, over)).toEqual(expected));
});
