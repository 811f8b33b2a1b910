import { expect, test } from '@jest/globals';
import type { RbacIdentity } from '../../../lib/reach/graph/identities.ts';
import { joinedWays, type Ways } from '../../../lib/reach/graph/joined.ts';
import type { ReachNode } from '../../../lib/reach/node/reach-graph.ts';

const node = (name: string): ReachNode => ({ id: `id-${name}`, kind: 'role', name });
const identity = (name: string): RbacIdentity => ({ node: node(name), grants: [] });
/** A way to a node: `to?` one that is open. */
const way = (text: string): Ways['found'][number] => {
  const name = text.replace('?', '');
  return {
    ...{ to: node(name), way: 'bind', by: 'a binding' },
    ...(text.endsWith('?') ? { depends: 'it is not read' } : {}),
  };
};
const waysOf = (...ways: readonly string[]): Ways => ({ found: ways.map(way), granted: [] });

/** The rights of the user and of its group, of both together, and the sentences beside them. */
test.each<
  readonly [user: readonly string[], group: readonly string[], both: readonly string[], told: readonly string[]]
>([
  [[], [], ['a'], ['a']],
  [['a'], [], ['a'], []],
  [[], ['a'], ['a'], []],
  [['a?'], [], ['a'], ['a']],
  [[], ['a?'], ['a'], ['a']],
  [['a?'], ['a'], ['a'], []],
  [['a?'], [], ['a?'], []],
  [['a'], [], ['a?'], []],
  [['b'], ['c?'], ['a?', 'b', 'c'], ['a?', 'c']],
])('a user that has %j, of a group that has %j, has %j with its rights: %j beside', (user, group, both, told) => {
  const [one, other] = [identity('user'), identity('group')];
  const together = identity('user');
  const joined = { identity: together, parts: [one, other], others: 'group devs' };
  const [ways] = joinedWays(
    joined,
    asked => (asked === together ? waysOf(...both) : waysOf()),
    part => (part === one ? waysOf(...user) : waysOf(...group)),
  );
  expect(ways?.found.map(({ to, depends }) => `${to.name}${depends === undefined ? '' : '?'}`)).toEqual(told);
  for (const { by } of ways?.found ?? []) expect(by).toBe('a binding, with the rights of group devs');
});

test('one that is nobody else has no ways beside its own', () => {
  expect(
    joinedWays(
      undefined,
      () => waysOf('a'),
      () => waysOf(),
    ),
  ).toEqual([]);
});
