import { expect, test } from '@jest/globals';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../../support/example-world.ts';
import { verdicts } from '../../support/in-cluster-world.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

const first = anAssociation().roleArn ?? '';
const statement = (over: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: first },
  Action: 'sts:AssumeRole',
  ...over,
});
const told = (statements: readonly object[], over: Partial<PodIdentityAssociation> = {}) => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  return verdicts(
    'pod-identity-chain-refuses-tags',
    someFacts({
      clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation(over)]) })]),
      roles: complete([aPodIdentityRole(), aRole({ name: 'ledger', trustPolicy })]),
    }),
  );
};

test.each<readonly [string, readonly object[], Partial<PodIdentityAssociation>, readonly string[]]>([
  ['sts:AssumeRole alone', [statement()], {}, ['medium noTags']],
  ['both actions', [statement({ Action: ['sts:AssumeRole', 'sts:TagSession'] })], {}, []],
  ['both in two statements', [statement(), statement({ Action: 'sts:TagSession' })], {}, []],
  ['a pattern', [statement({ Action: 'sts:*' })], {}, []],
  ['tags that are off', [statement()], { sessionTags: false }, []],
  ['another role', [statement({ Principal: { AWS: `${first}-x` } })], {}, []],
  ['the account alone: it names no role', [statement({ Principal: { AWS: exampleAccountId } })], {}, []],
  [
    'sts:TagSession for the account',
    [statement(), statement({ Principal: { AWS: exampleAccountId }, Action: 'sts:TagSession' })],
    {},
    [],
  ],
  ['sts:TagSession alone', [statement({ Action: 'sts:TagSession' })], {}, []],
  ['a Deny', [statement({ Effect: 'Deny' })], {}, []],
  ['the target role: another rule tells it', [statement()], { targetRoleArn: aRole({ name: 'ledger' }).arn }, []],
])('%s', (_, statements, over, wanted) => expect(told(statements, over)).toEqual(wanted));
