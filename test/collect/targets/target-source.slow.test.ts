/** The accounts that are audited, by each choice: the caller's own without a role, each other one once, by its role. */
import { expect, test } from '@jest/globals';
import { type AccountChoice, awsTargetSource } from '../../../lib/collect/targets/aws-target-source.ts';
import { organizationReader } from '../../../lib/collect/targets/organization.ts';

const [own, second, third] = ['111122223333', '222233334444', '333344445555'] as const;
const accounts = [
  { Id: third, Name: 'third', Status: 'ACTIVE' },
  { Id: own, Name: 'own', State: 'ACTIVE' },
  { Id: '444455556666', Name: 'gone', Status: 'SUSPENDED' },
  { Id: '555566667777', Name: 'closing', Status: 'ACTIVE', State: 'PENDING_CLOSURE' },
  { Id: second, Name: 'second', Status: 'ACTIVE' },
];
/** Units with two accounts each page, one unit in another, and one account that stands in two. */
const units: Readonly<Record<string, readonly [accounts: readonly number[], below: readonly string[]]>> = {
  'ou-a': [[0], ['ou-b', 'ou-c']],
  'ou-b': [[1, 2], []],
  'ou-c': [[1, 4], []],
};

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: { readonly ParentId?: string; readonly NextToken?: string };
}
const organizations = (asked: string[] = []) => ({
  send: ({ constructor: { name }, input: { ParentId = '', NextToken } }: Sent) => {
    asked.push(name);
    if (name === 'DescribeOrganizationCommand') return Promise.resolve({ Organization: { Id: 'o-abcdefghij' } });
    const [has = accounts.map((_, at) => at), below = []] = units[ParentId] ?? [];
    if (name === 'ListOrganizationalUnitsForParentCommand')
      return Promise.resolve({ OrganizationalUnits: below.map(Id => ({ Id })) });
    // One account a page.
    const at = Number(NextToken ?? 0);
    const more = at + 1 < has.length ? { NextToken: String(at + 1) } : {};
    return Promise.resolve({ Accounts: has.slice(at, at + 1).map(one => accounts[one]), ...more });
  },
});
const listed = (choice: AccountChoice, over: object = {}, partition = 'aws') => {
  const sts = { send: () => Promise.resolve({ Account: own, Arn: `arn:${partition}:sts::${own}:assumed-role/a/b` }) };
  const clients = { sts: () => sts, organizations };
  const options = { regions: ['eu-west-1', 'eu-west-2'], memberRole: { name: 'reader' }, ...over };
  return awsTargetSource(clients as never, choice, options).list();
};
const regions = ['eu-west-1', 'eu-west-2'];
const member = (accountId: string, partition = 'aws') => ({
  ...{ accountId, regions, roleArn: `arn:${partition}:iam::${accountId}:role/reader` },
});

test.each<[string, AccountChoice, object, string, object]>([
  [
    'the own one',
    { from: 'self' },
    { memberRole: { name: 'reader', externalId: 'e' } },
    'aws',
    [{ accountId: own, regions }],
  ],
  [
    'a list, each once, the own one without a role',
    { from: 'list', accountIds: [second, own, third, second] },
    {},
    'aws',
    [member(second), { accountId: own, regions }, member(third)],
  ],
  [
    'a list with an external id, in China',
    { from: 'list', accountIds: [second, own] },
    { memberRole: { name: 'reader', externalId: 'e' } },
    'aws-cn',
    [
      { ...member(second, 'aws-cn'), externalId: 'e' },
      { accountId: own, regions },
    ],
  ],
  [
    'the organization, active ones by their ids',
    { from: 'organization', exclude: [], organizationalUnits: [] },
    {},
    'aws',
    [
      { accountId: own, regions, name: 'own' },
      { ...member(second), name: 'second' },
      { ...member(third), name: 'third' },
    ],
  ],
  [
    'two units, of which one lies in the other, but for an account',
    { from: 'organization', exclude: [third], organizationalUnits: ['ou-b', 'ou-a'] },
    {},
    'aws',
    [
      { accountId: own, regions, name: 'own' },
      { ...member(second), name: 'second' },
    ],
  ],
  [
    'a role with an external id beside that of members',
    { from: 'role', roleArn: `arn:aws:iam::${second}:role/a/b`, externalId: 'x' },
    { memberRole: { name: 'reader', externalId: 'e' } },
    'aws',
    [{ accountId: second, regions, roleArn: `arn:aws:iam::${second}:role/a/b`, externalId: 'x' }],
  ],
  [
    'a role of the own account: by that role',
    { from: 'role', roleArn: `arn:aws:iam::${own}:role/b` },
    {},
    'aws',
    [{ accountId: own, regions, roleArn: `arn:aws:iam::${own}:role/b` }],
  ],
])('%s', async (_, choice, over, partition, targets) => {
  expect(await listed(choice, over, partition)).toEqual(targets);
});

test.each([
  `arn:aws:iam::${second}:user/a`,
  `arn:aws:sts::${second}:assumed-role/a/b`,
  'arn:aws:iam::22223333:role/a',
  `arn:aws:iam::${second}:roles/a`,
  'a',
])('%j is the ARN of no role', async roleArn => {
  await expect(listed({ from: 'role', roleArn })).rejects.toMatchObject({
    ...{ name: 'TargetsUnreadable', message: `not the ARN of a role: "${roleArn}"` },
  });
});

test('all regions of a partition that publishes none are no regions', async () => {
  await expect(listed({ from: 'self' }, { regions: 'all' }, 'aws-iso-z')).rejects.toMatchObject({
    name: 'TargetsUnreadable',
  });
  const [china] = await listed({ from: 'self' }, { regions: 'all' }, 'aws-cn');
  expect(china?.regions).toEqual(['cn-north-1', 'cn-northwest-1']);
});

test.each<[string, readonly string[], readonly string[], readonly string[], number]>([
  ['no filter: those that are audited', [], [], [third], 1],
  ['one is left out: all', [third], [], [own, second, third], 6],
  ['a unit: all', [], ['ou-b'], [own, second, third], 6],
])('the accounts of an organization, %s', async (_, exclude, organizationalUnits, ids, calls) => {
  const asked: string[] = [];
  const read = await organizationReader(organizations(asked) as never, { exclude, organizationalUnits }).read([
    { accountId: third, regions },
  ]);
  expect(read).toEqual({ status: 'complete', value: { id: 'o-abcdefghij', accounts: ids } });
  expect(asked).toHaveLength(calls);
});
