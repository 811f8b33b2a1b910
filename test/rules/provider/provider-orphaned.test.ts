import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import {
  aCluster,
  aClusterSnapshot,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  someFacts,
} from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { dead, denied, gone, runtime, untrusted } from './worlds.ts';

const ofRegion = (region: string) =>
  someFacts({ providers: complete([aProvider({ issuer: gone.replace('eu-west-1', region) })]) });

const notAsked = unavailable<never>({ kind: 'not-asked-for', operation: 'GET', message: 'the host was not reached' });

const unreached = {
  host: unavailable<never>({ kind: 'unreachable', operation: 'TLS handshake', message: 'DNS: ENOTFOUND' }),
  discovery: notAsked,
  keys: notAsked,
};

const noSuchIssuer = unavailable<never>({ kind: 'not-found', operation: 'GET', message: 'HTTP 404' });

says('provider-orphaned', [
  ['its cluster exists', () => someFacts(), []],
  ['no cluster anywhere', () => dead(), [/^medium: orphaned .*"accounts":1/]],
  [
    'roles still trust it',
    () =>
      dead({
        roles: complete([
          aRole({ name: 'b', trustPolicy: aTrustPolicy({ issuer: gone }) }),
          aRole({ name: 'a', trustPolicy: aTrustPolicy({ issuer: gone }) }),
          aRole(),
        ]),
      }),
    [/^medium: trusted .*"accounts":1.*"roles":\["a","b"\]/],
  ],
  [
    'an account was not read',
    () => ({ ...dead(), fleet: indexOf([dead().snapshot], ['999988887777']) }),
    [/^unknown: all clusters of eu-west-1: account 999988887777/],
  ],
  [
    "another account's cluster",
    () => ({
      ...dead(),
      fleet: indexOf([
        dead().snapshot,
        aSnapshot({
          accountId: '999988887777',
          clusters: complete([aClusterSnapshot({ cluster: aCluster({ issuer: gone, accountId: '999988887777' }) })]),
        }),
      ]),
    }),
    [],
  ],
  [
    'a region that is not audited',
    () => ofRegion('us-east-1'),
    [/^unknown: the clusters of the region us-east-1: it is not audited/],
  ],
  [
    'its issuer is alive',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone })] }),
    [/^unknown: .*the issuer still answers/],
  ],
  [
    'the issuer answers for another one',
    () => dead({ issuers: [anIssuer({ url: gone, discovery: complete({ issuer: 'x' }) })] }),
    [/^medium/],
  ],
  [
    'its host was not reached',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone, ...unreached })] }),
    [
      /^unknown: no answer of the issuer was read, because TLS handshake showed no certificates of https:\S+: DNS: ENOTFOUND$/,
    ],
  ],
  [
    'its host has a private address here',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone, ...unreached, fromPrivateNetwork: true })] }),
    [/^unknown: no answer of the issuer was read, because /],
  ],
  [
    'a proxy that inspects TLS answers 404 in its place',
    () =>
      dead({
        issuers: [
          anIssuer(),
          anIssuer({
            url: gone,
            host: complete(aHost({ trust: untrusted })),
            discovery: noSuchIssuer,
            keys: noSuchIssuer,
          }),
        ],
      }),
    [
      /^unknown: no answer of the issuer was read, because its certificates are not publicly trusted: the chain ends at CN=X/,
    ],
  ],
  [
    'its issuer answers 404',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone, discovery: noSuchIssuer, keys: noSuchIssuer })] }),
    [/^medium/],
  ],
  [
    'CloudTrail shows its tokens',
    () => dead({ runtime: runtime(aProvider({ issuer: gone }).arn, []) }),
    [/^unknown: .*CloudTrail shows/],
  ],
  [
    'a registered issuer has no cluster in EKS',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: 'https://k8s.example' })]),
        settings: { registeredIssuers: ['https://k8s.example'] },
      }),
    [],
  ],
  ['roles were not read', () => dead({ roles: unavailable(denied) }), [/^medium/]],
]);
