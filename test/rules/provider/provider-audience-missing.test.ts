import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { anIssuer, aProvider, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { dead, denied, gone, noDetail, withAudiences } from './worlds.ts';

const ownIssuer = 'https://s3.eu-west-1.amazonaws.com/issuer-of-one-cluster';

says('provider-audience-missing', [
  ['listed', withAudiences('sts.amazonaws.com', 'x'), []],
  ['none at all', withAudiences(), [/^high: none/]],
  ['of China', withAudiences('sts.amazonaws.com.cn'), [/^high: nearMiss .*"audiences":\["sts\.amazonaws\.com\.cn"\]/]],
  [
    'a blank at the end',
    withAudiences('sts.amazonaws.com '),
    [/^high: nearMiss .*"audiences":\["sts\.amazonaws\.com\\\\u\{20\}"\]/],
  ],
  [
    'a zero-width space',
    withAudiences('sts.amazonaws\u200b.com'),
    [/^high: nearMiss .*"audiences":\["sts\.amazonaws\\\\u\{200b\}\.com"\]/],
  ],
  ['no-break space and case', withAudiences('\u00a0STS.amazonaws.com'), [/\\u\{a0\}STS/]],
  ['without aws', withAudiences('sts.amazon.com'), [/^high: nearMiss .*"audiences":\["sts\.amazon\.com"\]/]],
  [
    'a URL',
    withAudiences('https://sts.amazonaws.com/'),
    [/^high: nearMiss .*"audiences":\["https:\/\/sts\.amazonaws\.com\/"\]/],
  ],
  ['something else', withAudiences('vault', 'x'), [/^high: missing .*"audiences":\["vault","x"\]/]],
  [
    'something else, and its cluster may be one that was not listed, whose inside was asked for',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['vault'] })]),
        clusters: unavailable({ kind: 'unreachable', operation: 'eks:ListClusters', message: 'down' }),
        settings: { inCluster: true },
      }),
    [/^unknown: .*its cluster may be one of clusters of account 111122223333 in eu-west-1/],
  ],
  ...[
    { title: 'no role', annotations: {}, says: /^unknown: which audiences are asked for at .*: iam:Get: denied/ },
    {
      title: 'a role and another audience',
      annotations: { 'eks.amazonaws.com/role-arn': 'x', 'eks.amazonaws.com/audience': 'own' },
      says: /^unknown: which audiences are asked for at .*: iam:Get: denied/,
    },
    {
      title: 'the usual audience without a role',
      annotations: { 'eks.amazonaws.com/audience': 'sts.amazonaws.com' },
      says: /^unknown: which audiences are asked for at .*: iam:Get: denied/,
    },
    {
      title: 'a role and no audience',
      annotations: { 'eks.amazonaws.com/role-arn': 'x' },
      says: /^high: missing .*"audiences":\["vault"\]/,
    },
  ].map(
    ({ title, annotations, says }) =>
      [
        `pods were not read, and the last service account that was read has ${title}`,
        () =>
          someFacts({
            providers: complete([aProvider({ audiences: ['vault'] })]),
            clusters: complete([
              aReadCluster({
                serviceAccounts: complete([
                  aServiceAccount({ name: 'default', annotations: {} }),
                  aServiceAccount({ annotations }),
                ]),
                pods: unavailable(denied),
              }),
            ]),
          }),
        [says],
      ] as const,
  ),
  [
    'mistyped, of a cluster of one’s own, which no list of EKS could have',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: ownIssuer, audiences: ['sts.amazonaws.com '] })]),
        clusters: unavailable({ kind: 'unreachable', operation: 'eks:ListClusters', message: 'down' }),
        issuers: [anIssuer({ url: ownIssuer })],
        settings: { inCluster: true, registeredIssuers: [ownIssuer] },
      }),
    [/^high: nearMiss /],
  ],
  [
    'mistyped, and only a service mesh asks for tokens yet',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['sts.amazon.com'] })]),
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([]),
            pods: complete([aPod({ volumes: [{ name: 'istio-token', audience: 'istio-ca', path: 'istio-token' }] })]),
          }),
        ]),
      }),
    [/^high: nearMiss .*"audiences":\["sts\.amazon\.com"\]/],
  ],
  ['the provider of a cluster that is gone', () => dead(), []],
  [
    'nobody asks for the default',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['own'] })]),
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([
              aServiceAccount({
                annotations: { 'eks.amazonaws.com/role-arn': 'x', 'eks.amazonaws.com/audience': 'own' },
              }),
            ]),
            pods: complete([]),
          }),
        ]),
      }),
    [],
  ],
  ['unread', () => someFacts({ providers: complete([noDetail]) }), [/^unknown: iam:Get: denied/]],
  [
    'its cluster lives in an account that is not audited',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone })] }),
    [/^high: missing .*"audiences":\["x"\]/],
  ],
]);
