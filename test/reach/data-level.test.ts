import { expect, test } from '@jest/globals';
import { accountRoles } from '../../lib/reach/account-roles.ts';
import type { ActionTable } from '../../lib/reach/action-table.ts';
import { dataLevelOf } from '../../lib/reach/data-level.ts';
import { aRole, exampleAccountId } from '../support/example-world.ts';

const levelIn = (table: ActionTable, Condition: object) => {
  const { arn } = aRole();
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'new:*', Resource: '*', Condition }],
  });
  const held = { inline: [{ name: 'p', document }], attached: [], tags: {}, instanceProfiles: [] };
  const one = accountRoles({
    ...{ accountId: exampleAccountId, partition: 'aws', now: '2026-11-01T06:00:00Z', isComplete: true },
    roles: [aRole()],
    texts: { roles: { [arn]: held }, policies: {} },
  }).of(arn);
  if (one === undefined) throw new Error('no role');
  return dataLevelOf(one, table);
};
const actions = (count: number, access: 'read' | 'write') =>
  Array.from({ length: count }, (_, at) => ({ name: `new:${access}${at}`, access, shapes: [] }));
/** A pod's own request has no such key. */
const refused = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
const unlisted = 'the actions of service new are not in the table of access levels';
const tooMany = 'its policies name too many actions to be compared within the stated work';

test.each([
  [3000, {}],
  [3001, { open: { level: 'changes-data', because: tooMany } }],
])('of a level %s actions are decided one by one', (count, answer) => {
  expect(levelIn(new Map([['new', actions(count, 'write')]]), refused)).toEqual(answer);
});

test.each<[string, ActionTable, object]>([
  ['a service that the table does not know', new Map(), { open: { level: 'changes-data', because: unlisted } }],
  ['one whose actions are no data', new Map([['new', []]]), {}],
])('%s', (_, table, answer) => {
  expect(levelIn(table, {})).toEqual(answer);
});

test('those of another level are counted by themselves', () => {
  const table = new Map([['new', [...actions(3001, 'write'), ...actions(1, 'read')]]]);
  const open = { StringEquals: { 'aws:ViaAWSService': 'true' } };
  expect(levelIn(table, { ...refused, ...open })).toMatchObject({ open: { level: 'changes-data' } });
});
