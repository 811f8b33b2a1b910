/** A context with what it points at, of two files with the same names, and why the second of two cannot be used. */
import { expect, test } from '@jest/globals';
import { contextOf, parseKubeconfigs, usableContexts } from '../../../lib/cli/kubeconfig/kubeconfig.ts';

const cluster = (name: string, server = `https://${name}.example`) => ({ name, cluster: { server } });
const user = (name: string, own: object = { token: `t-${name}` }) => ({ name, user: own });
const context = (name: string, of: string, own: object = {}) => ({ name, context: { cluster: of, user: of, ...own } });
const file = (content: object, at: string) => ({ text: JSON.stringify(content), source: at, directory: `/${at}` });
const read = (...files: readonly object[]) => parseKubeconfigs(files.map((one, at) => file(one, `f${at}`)));
const contexts = [
  context('a', 'one', { namespace: 'x' }),
  context('b', 'two', { user: 'none' }),
  context('c', 'gone'),
  { name: 'd', context: {} },
  context('e', 'bad'),
  context('f', 'one', { user: 'broken', namespace: '' }),
];
const first = {
  ...{ 'current-context': 'b', contexts, clusters: [cluster('one'), cluster('two'), { name: 'bad', cluster: {} }] },
  users: [user('one'), user('broken', { token: 1 })],
};
const second = {
  ...{ 'current-context': 'a', contexts: [context('a', 'two'), context('g', 'three', { namespace: '' })] },
  ...{ clusters: [cluster('one', 'https://later.example'), cluster('three')], users: [user('three')] },
};
const told = ({ name, cluster: { server }, user: own, namespace }: ReturnType<typeof contextOf>) =>
  [name, server, own?.name, namespace] as const;

test('of two entries of one name the first counts, and each usable context is told', async () => {
  const both = await read(first, second);
  expect(usableContexts(both).map(told)).toEqual([
    ['a', 'https://one.example', 'one', 'x'],
    ['b', 'https://two.example', undefined, undefined],
    ['g', 'https://three.example', 'three', undefined],
  ]);
  expect(told(contextOf(both, undefined))).toEqual(['b', 'https://two.example', undefined, undefined]);
  expect(told(contextOf(both, 'g'))[1]).toBe('https://three.example');
  const { 'current-context': _none, ...without } = first;
  expect(told(contextOf(await read(without, second), undefined))[0]).toBe('a');
});

test.each([
  ['c', /: context c cannot be used: there is no cluster gone$/],
  ['d', /: context d cannot be used: .*cluster/],
  ['e', /: context e cannot be used: cluster bad: .*server/],
  ['f', /: context f cannot be used: user broken: .*token/],
  ['z', / has no usable context z; it has: a, b, g$/],
])('context %s', async (name, message) => {
  const both = await read(first, second);
  expect(() => contextOf(both, name)).toThrow(message);
});

test('no current context, and no context at all', async () => {
  const none = await read({}, { contexts: [] });
  expect(() => contextOf(none, undefined)).toThrow(/ has no current context: name one with --context$/);
  expect(() => contextOf(none, 'a')).toThrow(/ has no usable context a; it has: none$/);
});
