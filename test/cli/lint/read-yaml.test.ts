import { expect, test } from '@jest/globals';
import { readYaml } from '../../../lib/cli/lint/read-yaml.ts';

/** The keys of the only map of a text, those that are functions with a mark. */
const keysOf = (text: string): readonly string[] => {
  const nodes = readYaml(text);
  const [node] = 'message' in nodes ? [] : nodes;
  if (node?.kind !== 'object') throw new Error(JSON.stringify(nodes));
  return node.members.map(({ key, isFunction = false }) => (isFunction ? `function ${key}` : key));
};

test.each([
  ['a text', 'a: 1', ['a']],
  ['a number', '1: x', ['1']],
  ['a short function', `!Sub "\${Issuer}:sub": x`, [`function \${Issuer}:sub`]],
  ['a long function', `? {"Fn::Sub": "\${Issuer}:sub"}\n: x`, [`function \${Issuer}:sub`]],
  ['a reference', '!Ref Issuer: x', [`function \${Issuer}`]],
  ['a function of a list', '? {"Fn::Join": ["", [a, b]]}\n: x', [`function \${key}`]],
  ['a substitution with variables', '? {"Fn::Sub": [a, {b: c}]}\n: x', [`function \${key}`]],
  ['a map that is no function', '? {a: b}\n: x', [`\${b}`]],
  ['an empty map', '? {}\n: x', [`\${key}`]],
  ['a list', '? [a, b]\n: x', [`\${key}`]],
])('%s as a key', (_of, text, keys) => {
  expect(keysOf(text)).toEqual(keys);
});

test('the keys of merged maps: those of the map itself, then the first of several', () => {
  expect(keysOf('<<: [{a: 1, b: 2}, {b: 3, c: 4}]\na: 0')).toEqual(['a', 'b', 'c']);
});

test('a key has its place in the text', () => {
  const nodes = readYaml('a: 1\n!Sub "b": 2');
  const [node] = 'message' in nodes ? [] : nodes;
  expect(node?.kind === 'object' ? node.members.map(({ at }) => at) : []).toEqual([0, 10]);
});

test.each([
  ['Ref', 'Ref'],
  ['Condition', 'Condition'],
  ...['Sub', 'Join', 'GetAtt', 'If', 'Select', 'Split', 'ImportValue', 'FindInMap', 'Base64', 'Cidr', 'Equals'].map(
    name => [name, `Fn::${name}`] as const,
  ),
])('the short form !%s of a value is the function %s', (short, long) => {
  expect(keysOf(`!${short} x`)).toEqual([long]);
  expect(keysOf(`!${short} [x, y]`)).toEqual([long]);
});

test('a text of too many documents is told, and is not read', () => {
  expect(readYaml('a\n---\n'.repeat(20_001))).toEqual({
    message: 'too large: more than 20000 documents',
    offset: 20_000 * 6 + 2,
  });
});
