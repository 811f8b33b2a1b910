import { expect, test } from '@jest/globals';
import { commandOfLook, isSoundLook, lookShape, targetOfLook } from '../../lib/fixes/look-table.ts';
import type { Look, LookKind } from '../../lib/model/step.ts';

const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const roleArn = 'arn:aws:iam::111122223333:role/team/cart';
const account = { accountId: '111122223333' };
const described = { kind: 'cluster-description', ...account, region: 'eu-west-1', name: 'shop' } as const;
const aws = (...args: readonly string[]) => ({ tool: 'aws', args });

const looks: Readonly<Record<LookKind, readonly (readonly [look: Look, target: object, command: object])[]>> = {
  discovery: [
    [
      { kind: 'discovery', issuer: 'https://a.example/b' },
      {},
      {
        tool: 'curl',
        args: [
          ...['--silent', '--show-error', '--dump-header', '-', '--'],
          'https://a.example/b/.well-known/openid-configuration',
        ],
      },
    ],
  ],
  certificates: ['a.example', 'a.example:8443'].map(host => [
    { kind: 'certificates', host },
    {},
    {
      tool: 'openssl',
      args: [
        ...['s_client', '-showcerts', '-servername', 'a.example', '-connect'],
        host.includes(':') ? host : 'a.example:443',
      ],
      input: '',
    },
  ]),
  'cluster-description': (
    [
      ['status', 'cluster.{status:status,health:health}'],
      ['issuer', 'cluster.identity.oidc.issuer'],
    ] as const
  ).map(([part, query]) => [
    { ...described, part },
    { ...account, region: 'eu-west-1', clusterName: 'shop' },
    aws('eks', 'describe-cluster', '--name', 'shop', '--region', 'eu-west-1', '--query', query),
  ]),
  'refused-calls': [
    [
      { kind: 'refused-calls', ...account, region: 'eu-west-1' },
      { ...account, region: 'eu-west-1' },
      aws(
        ...['cloudtrail', 'lookup-events', '--region', 'eu-west-1', '--max-results', '50', '--lookup-attributes'],
        'AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity',
      ),
    ],
  ],
  'role-last-access': [
    [
      { kind: 'role-last-access', roleArn },
      account,
      aws('iam', 'generate-service-last-accessed-details', '--arn', roleArn),
    ],
    [
      { kind: 'role-last-access', roleArn: roleArn.replace('aws', 'aws-us-gov') },
      { ...account, region: 'us-gov-west-1' },
      aws(
        ...['iam', 'generate-service-last-accessed-details', '--arn', roleArn.replace('aws', 'aws-us-gov')],
        ...['--region', 'us-gov-west-1'],
      ),
    ],
  ],
  'annotated-service-accounts': [
    [
      { kind: 'annotated-service-accounts', cluster: { name: 'shop', arn } },
      { ...account, region: 'eu-west-1', clusterName: 'shop', clusterArn: arn },
      {
        tool: 'kubectl',
        cluster: { name: 'shop', arn },
        args: [
          ...['get', 'serviceaccounts', '--all-namespaces', '--output'],
          String.raw`custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name,ROLE:.metadata.annotations.eks\.amazonaws\.com/role-arn`,
        ],
      },
    ],
  ],
};

test.each(Object.values(looks).flat())('%j: where it goes, and its command', (look, target, command) => {
  expect([targetOfLook(look), commandOfLook(look)]).toEqual([target, command]);
  expect(lookShape.parse(look)).toEqual(look);
});

test.each<readonly [LookKind, string, readonly unknown[]]>([
  ['discovery', 'issuer', ['http://a.example', 'file:///etc', 'https://a\nb', undefined, 1]],
  ['certificates', 'host', ['-x', 'a b', 'a/b', '', 'a\u0007', 'x'.repeat(2049)]],
  ['cluster-description', 'accountId', ['1', undefined]],
  ['cluster-description', 'region', ['EU', '', 'e']],
  ['cluster-description', 'name', ['', 'a\n', undefined]],
  ['cluster-description', 'part', ['all', undefined]],
  ['refused-calls', 'accountId', ['11112222333', undefined]],
  ['refused-calls', 'region', ['eu west', undefined]],
  ['role-last-access', 'roleArn', ['arn:aws:iam::111122223333:user/a', undefined]],
  ['annotated-service-accounts', 'cluster', [{ name: 'a', server: 'http://a' }, {}, undefined]],
])('a look of kind %s is refused with another %s', (kind, field, values) => {
  for (const value of values)
    expect([value, isSoundLook({ ...looks[kind][0]?.[0], [field]: value } as Look)]).toEqual([value, false]);
});
