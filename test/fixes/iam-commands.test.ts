import { expect, test } from '@jest/globals';
import { iam, iamOfDocument } from '../../lib/fixes/changes/iam-commands.ts';

const arn = 'arn:aws:iam::111122223333:role/cart';
const optionsOf = (parameters: Parameters<typeof iam>[2]) => iam('op', arn, parameters).args.slice(2);
const json = (parameters: object) => ['--cli-input-json', JSON.stringify(parameters)];

test.each<readonly [string, Parameters<typeof iam>[2], readonly string[]]>([
  ['a text', { RoleName: 'cart' }, ['--role-name', 'cart']],
  ['a text that looks like an option', { RoleName: '-cart' }, ['--role-name=-cart']],
  ['a text that looks like a long option', { RoleName: '--cart' }, ['--role-name=--cart']],
  ['a list', { ClientIDList: ['a', 'b'] }, ['--client-id-list', 'a', 'b']],
  ['a list with what looks like an option', { ClientIDList: ['a', '-b'] }, json({ ClientIDList: ['a', '-b'] })],
  ['a file', { RoleName: 'file:///etc/passwd' }, json({ RoleName: 'file:///etc/passwd' })],
  ['a page', { ClientIDList: ['HTTPS://a.example'] }, json({ ClientIDList: ['HTTPS://a.example'] })],
  ['the address of a provider', { Url: 'https://a.example' }, ['--url', 'https://a.example']],
  [
    'a name in capitals',
    { OpenIDConnectProviderArn: 'x', ThumbprintList: ['f'] },
    ['--open-id-connect-provider-arn', 'x', '--thumbprint-list', 'f'],
  ],
])('%s', (_, parameters, options) => expect(optionsOf(parameters)).toEqual(options));

test('a document is standard input in a shell, and a value elsewhere', () => {
  const command = iamOfDocument('op', arn, { RoleName: 'cart' }, ['PolicyDocument', '{}']);
  expect(command).toEqual({
    ...{ tool: 'aws', args: ['iam', 'op', '--role-name', 'cart', '--policy-document', '{}'] },
    document: {
      ...{ text: '{}', args: ['iam', 'op', '--role-name', 'cart', '--policy-document', 'file:///dev/stdin'] },
    },
  });
});
