import { expect, test } from '@jest/globals';
import { findingFromItem, findingItem } from '../../lib/store/finding-item.ts';
import { aKnown } from '../support/drift-builders.ts';

test('an item is read back as it was written', () => {
  const elsewhere = [{ clusterName: 'shop', owner: 'team-b' }, { namespace: 'batch' }];
  const known = aKnown({ openAs: { severity: 'critical', owners: ['team-a'], elsewhere } });
  expect(findingFromItem(findingItem(known))).toEqual(known);
});

test.each([
  ['severity', 'awful'],
  ['ruleId', 5],
  ['version', 0],
  ['status', 'gone'],
])('an item with another %s is refused by its name', (name, value) => {
  expect(() => findingFromItem({ ...findingItem(aKnown()), [name]: value })).toThrow(new RegExp(`: ${name}: \\S`));
});
