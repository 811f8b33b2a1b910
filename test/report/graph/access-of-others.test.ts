/** Of several statements for one principal the most open one is told. */
import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { rowsOfOthers } from '../../../lib/report/graph/access-of-others.ts';
import { aRole, aTrustPolicy, exampleAccountId, someFacts } from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';
import { whole } from '../../support/whole/whole.ts';

const allow = (condition?: object) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  ...(condition && { Condition: condition }),
});
const statements: Readonly<Record<string, object>> = {
  open: allow(),
  'open by a test that all pass': allow({ StringLike: { 'aws:PrincipalArn': '*' } }),
  'with an external id': allow({ StringEquals: { 'sts:ExternalId': 'id' } }),
  'from an address': allow({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
  'with an unknown key': allow({ StringEquals: { 'example:Key': 'a' } }),
  'with an unknown operator': allow({ StringAlike: { 'aws:PrincipalArn': 'a' } }),
  'of another organization': allow({ StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } }),
  never: allow({ StringEquals: { 'aws:PrincipalAccount': '777777777777' } }),
};

const rowsBy = (names: readonly string[], account = '444455556666') => {
  const trusted = JSON.parse(aTrustPolicy());
  const named = names.map(name => ({ ...statements[name], Principal: { AWS: account } }));
  const trustPolicy = JSON.stringify({ ...trusted, Statement: [trusted.Statement].flat().concat(named) });
  return rowsOfOthers(someFacts({ roles: complete([aRole({ trustPolicy })]) })).map(({ roleArn: _, ...row }) => row);
};

test('one statement alone', () => {
  for (const name of Object.keys(statements)) whole(name, rowsBy([name]));
  expect(rowsBy(['open'])).toHaveLength(1);
  expect(rowsBy(['never'])).toEqual([]);
});

test('two statements for one principal, of another account and of this one', () => {
  const names = Object.keys(statements);
  const pairs = names.flatMap(one => names.filter(other => other !== one).map(other => [one, other] as const));
  const told = ['444455556666', exampleAccountId].flatMap(account =>
    pairs.map(([one, other]) => {
      const rows = JSON.stringify(rowsBy([one, other], account));
      const alone = [one, other].filter(name => JSON.stringify(rowsBy([name], account)) === rows);
      return `${account}, ${one} | ${other}: ${alone.join(', ')}`;
    }),
  );
  golden('two-statements.txt', `${told.join('\n')}\n`);
  expect(told.filter(line => line.endsWith(': '))).toEqual([]);
});
