/** The value of each function of CloudFormation, over one template that knows a part of what it names. */
import { test } from '@jest/globals';
import { resolveIntrinsics } from '../../../lib/cli/lint/intrinsics.ts';
import { isUnreadable, jsonOfNode, readJson, type SourceNode } from '../../../lib/cli/lint/source-tree.ts';
import { templateScope } from '../../../lib/cli/lint/template-scope.ts';
import { golden } from '../../support/golden.ts';

const provider = (Url: unknown, Type = 'AWS::IAM::OIDCProvider') => ({ Type, Properties: { Url } });
const template = {
  Parameters: {
    Ns: { Type: 'String', Default: 'shop' },
    Count: { Type: 'Number', Default: 3 },
    Empty: { Type: 'String', Default: '' },
    Open: { Type: 'String' },
    Key: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' },
  },
  Mappings: { Ids: { 'eu-west-1': { id: 'A', same: 'x', list: ['a', 'b'] }, 'us-east-1': { id: 'B', same: 'x' } } },
  Resources: {
    Cluster: { Type: 'AWS::EKS::Cluster' },
    OfCdk: { Type: 'Custom::AWSCDK-EKS-Cluster' },
    Known: provider('https://oidc.example.com/id/A'),
    NoScheme: provider('oidc.example.com'),
    OfCluster: provider({ 'Fn::GetAtt': ['Cluster', 'OpenIdConnectIssuerUrl'] }, 'Custom::AWSCDKOpenIdConnectProvider'),
    Round: provider({ 'Fn::Sub': 'https://${Round}' }),
    Json: {
      Type: 'Custom::AWSCDKCfnJson',
      Properties: { Value: { 'Fn::Join': ['', ['{"', { Ref: 'Ns' }, ':sub":"', { Ref: 'Open' }, '"}']] } },
    },
    NoJson: { Type: 'Custom::AWSCDKCfnJson', Properties: { Value: '{' } },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { Url: 'https://x', Value: '{}' } },
  },
};
const issuer = 'OpenIdConnectIssuerUrl';
const nodes: readonly unknown[] = [
  ...['Ns', 'Count', 'Empty', 'Open', 'Key', 'None', 'AWS::Region', 'Known', 'NoScheme', 'OfCluster', 'Round'].map(
    Ref => ({ Ref }),
  ),
  ...[{ Ref: ['x'] }, { Ref: 'Ns', x: 1 }, { 'Fn::Other': { a: [1, 'b'] } }, { 'Fn::ImportValue': { Ref: 'Ns' } }],
  ...['Known', 'NoScheme', 'OfCluster', 'Topic'].flatMap(id => [
    { 'Fn::GetAtt': [id, 'Arn'] },
    { 'Fn::GetAtt': `${id}.Arn` },
    { 'Fn::GetAtt': [id, 'Url'] },
  ]),
  ...[{ 'Fn::GetAtt': ['Cluster', issuer] }, { 'Fn::GetAtt': ['OfCdk', issuer] }, { 'Fn::GetAtt': ['Topic', issuer] }],
  ...[
    { 'Fn::GetAtt': [{ Ref: 'Ns' }, 'Arn'] },
    { 'Fn::GetAtt': ['Json', 'Value'] },
    { 'Fn::GetAtt': ['Json', 'Other'] },
  ],
  ...[{ 'Fn::GetAtt': ['NoJson', 'Value'] }, { 'Fn::GetAtt': ['Topic', 'Value'] }],
  ...[
    'a',
    '${Ns}',
    '${ Ns }',
    '${Open}-${Count}',
    '${!Ns}',
    '${Known}',
    '${Cluster.Arn}',
    '${a${Ns}}',
    '${AWS::Region}',
  ].map(text => ({ 'Fn::Sub': text })),
  ...[{ 'Fn::Sub': ['${A}-${B}-${Ns}', { A: 'x', Ns: 'y' }] }, { 'Fn::Sub': ['${A}', { A: { Ref: 'Ns' } }] }],
  ...[{ 'Fn::Sub': ['${A}', { A: ['x'] }] }, { 'Fn::Sub': { x: 1 } }, { 'Fn::Sub': ['${A}'] }],
  ...[{ 'Fn::Join': [':', ['a', 1, true, null, { Ref: 'Ns' }]] }, { 'Fn::Join': [':', { Ref: 'Open' }] }],
  ...[{ 'Fn::Join': [{ Ref: 'Ns' }, ['a', 'b']] }, { 'Fn::Join': ['', [{ a: ['b'] }]] }],
  ...[0, '1', 2, { Ref: 'Count' }].map(at => ({ 'Fn::Select': [at, ['a', { Ref: 'Ns' }]] })),
  ...['//', '/', ''].flatMap(by =>
    ['https://a/b//c', { 'Fn::Sub': 'https://${Open}/b' }, { 'Fn::Sub': 'x${A//B}//y' }].map(text => ({
      'Fn::Select': [1, { 'Fn::Split': [by, text] }],
    })),
  ),
  ...[
    { 'Fn::Select': [1, { Ref: 'Open' }] },
    { 'Fn::Split': ['/', 'a/b'] },
    { 'Fn::Select': [9, { 'Fn::Split': ['//', 'a//b'] }] },
  ],
  ...['eu-west-1', 'us-east-1', 'x', { Ref: 'AWS::Region' }, { Ref: 'Ns' }].flatMap(first =>
    ['id', 'same', 'list', 'none'].map(second => ({ 'Fn::FindInMap': ['Ids', first, second] })),
  ),
  ...[{ 'Fn::FindInMap': ['None', 'a', 'b'] }, { 'Fn::FindInMap': 'x' }],
  [
    { 'Fn::If': ['C', 'a', 'b'] },
    { 'Fn::If': ['C', { Ref: 'AWS::NoValue' }, { Ref: 'Ns' }] },
    { 'Fn::If': ['C', 'a'] },
  ],
  ...[
    [{ 'Fn::If': ['C', { 'Fn::If': ['D', 'a', 'b'] }, 'c'] }],
    { 'Fn::If': ['C', 'a', 'b'] },
    { a: { b: [{ Ref: 'Ns' }] } },
  ],
];

const nodeOf = (value: unknown): SourceNode => {
  const node = readJson(JSON.stringify(value));
  if (isUnreadable(node)) throw new Error(node.message);
  return node;
};

test('each form of each function', () => {
  const root = nodeOf(template);
  const told = nodes.map(each => {
    const text = jsonOfNode(resolveIntrinsics(nodeOf(each), templateScope(root)));
    return `${JSON.stringify(each)}\n  ${text}`;
  });
  golden('lint/intrinsic-values.txt', `${told.join('\n')}\n`);
});
