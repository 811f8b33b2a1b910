import { expect, test } from '@jest/globals';
import { readLookingAgain } from '../../../lib/collect/iam/look-again.ts';
import { type Collected, complete, type Gap, unavailable, withGaps } from '../../../lib/model/collected.ts';

const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
const page: Gap = { what: 'page 2', reason };
type Lists = readonly Collected<readonly string[]>[];

test.each<[string, Lists, readonly string[] | undefined, Collected<readonly string[]>, number]>([
  ['no earlier list', [complete(['a'])], undefined, complete(['a']), 1],
  ['nothing missing', [complete(['a', 'b'])], ['b'], complete(['a', 'b']), 1],
  ['a first list that broke off', [withGaps(['a'], [page])], ['b'], withGaps(['a'], [page]), 1],
  ['a first list that was refused', [unavailable(reason)], ['b'], unavailable(reason), 1],
  ['what both lack', [complete(['a']), complete(['a'])], ['b'], complete(['a']), 2],
  ['what either has, each once', [complete(['a', 'c']), complete(['b', 'c'])], ['b'], complete(['a', 'c', 'b']), 2],
  [
    'a second list that broke off',
    [complete(['a']), withGaps(['a', 'b'], [page])],
    ['b', 'c'],
    withGaps(['a', 'b'], [page]),
    2,
  ],
  [
    'a second list that was refused',
    [complete(['a']), unavailable(reason)],
    ['b', 'c'],
    withGaps(['a'], [{ what: '2 entries of an earlier list', reason }]),
    2,
  ],
])('a list is read again where it lacks what an earlier one had: %s', async (_, lists, earlier, wanted, times) => {
  const done: string[] = [];
  const read = async () => {
    done.push('read');
    return lists[done.filter(one => one === 'read').length - 1] ?? unavailable<readonly string[]>(reason);
  };
  const wait = async () => {
    await new Promise(setImmediate);
    done.push('waited');
  };
  expect(await readLookingAgain(read, name => name, { earlier, wait })).toEqual(wanted);
  expect(done).toEqual(times === 1 ? ['read'] : ['read', 'waited', 'read']);
});
