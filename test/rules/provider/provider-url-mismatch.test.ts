import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aSnapshot,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { denied, gone, host } from './worlds.ts';

const withIssuer = (issuer: string) => () => someFacts({ providers: complete([aProvider({ issuer })]) });

const ipv6 = (announced?: string) => {
  const cluster = aCluster({ ipFamily: 'ipv6' });
  return announced === undefined
    ? aClusterSnapshot({ cluster })
    : aReadCluster({ issuer: complete(announced) }, { cluster });
};

const alias = exampleIssuer.replace(host, 'oidc-eks.eu-west-1.api.aws');

says('provider-url-mismatch', [
  ['to the letter', () => someFacts(), []],
  ['lower case', withIssuer(exampleIssuer.toLowerCase()), [/^high: differs .*"differences":"by upper and lower case"/]],
  ['a slash', withIssuer(`${exampleIssuer}/`), [/by a trailing slash/]],
  ['a port', withIssuer(exampleIssuer.replace(host, `${host}:443`)), [/by a port/]],
  ['the alias', withIssuer(alias), [/by the dual-stack host name/]],
  ['another region', withIssuer(exampleIssuer.replace('eu-west-1', 'eu-west-2')), [/by the region/]],
  [
    'the alias of another region, lower case, with a slash',
    withIssuer(`${alias.replace('eu-west-1', 'eu-west-2').toLowerCase()}/`),
    [
      /by the dual-stack host name, which no token carries, and by the region, and by upper and lower case, and by a trailing slash/,
    ],
  ],
  [
    'another host with the same id',
    withIssuer(exampleIssuer.replace(host, 'oidc-eks.eu-west-1.amazonaws.com')),
    [/by the host/],
  ],
  ['another id', withIssuer(gone), []],
  [
    'beside the exact one',
    () => someFacts({ providers: complete([aProvider(), aProvider({ issuer: `${exampleIssuer}/` })]) }),
    [],
  ],
  [
    'the alias, for an IPv6 cluster of unknown issuer',
    () => someFacts({ clusters: complete([ipv6()]), providers: complete([aProvider({ issuer: alias })]) }),
    [/^unknown: the issuer in tokens of the IPv6 cluster shop/],
  ],
  [
    'the alias, for an IPv6 cluster that announces the other',
    () => someFacts({ clusters: complete([ipv6(exampleIssuer)]), providers: complete([aProvider({ issuer: alias })]) }),
    [/by the dual-stack host name/],
  ],
  [
    'a region that was not read',
    () => someFacts({ clusters: unavailable(denied), providers: complete([aProvider({ issuer: gone })]) }),
    [/^unknown: the clusters of the fleet/],
  ],
  [
    'exact, though a region was not read',
    () => ({ ...someFacts(), fleet: indexOf([aSnapshot()], ['999988887777']) }),
    [],
  ],
  [
    'a registered issuer with a slash',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: 'https://k8s.example/' })]),
        settings: { registeredIssuers: ['https://k8s.example'] },
      }),
    [],
  ],
  [
    "the alias of another account's cluster of unknown family",
    () => ({
      ...withIssuer(alias)(),
      fleet: indexOf([
        aSnapshot({
          accountId: '999988887777',
          clusters: complete([aClusterSnapshot({ cluster: aCluster({ accountId: '999988887777' }) })]),
        }),
      ]),
    }),
    [/^unknown: the issuer in tokens/],
  ],
]);
