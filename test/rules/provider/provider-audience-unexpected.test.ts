import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aProvider, aSnapshot, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { denied, withAudiences } from './worlds.ts';

says('provider-audience-unexpected', [
  ['only the default', withAudiences('sts.amazonaws.com'), []],
  ['one more, inside not read', withAudiences('sts.amazonaws.com', 'x'), [/^unknown: which audiences/]],
  [
    'one more that nobody asks for',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x y'] })]),
        clusters: complete([aReadCluster()]),
      }),
    [/^low: unexpected .*"audience":"x\\\\u\{20\}y"/],
  ],
  [
    'asked for by an annotation',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['x'] })]),
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/audience': 'x' } })]),
          }),
        ]),
      }),
    [],
  ],
  [
    'asked for by a volume',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['vault'] })]),
        clusters: complete([
          aReadCluster({ pods: complete([aPod({ volumes: [{ name: 'v', audience: 'vault', path: 't' }] })]) }),
        ]),
      }),
    [],
  ],
  [
    'pods were not read',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['x'] })]),
        clusters: complete([aReadCluster({ pods: unavailable(denied) })]),
      }),
    [/^unknown/],
  ],
  [
    "another account's cluster has the issuer too",
    () => ({
      ...someFacts({ providers: complete([aProvider({ audiences: ['x'] })]), clusters: complete([aReadCluster()]) }),
      fleet: indexOf([
        aSnapshot(),
        aSnapshot({
          accountId: '999988887777',
          clusters: complete([aClusterSnapshot({ cluster: aCluster({ name: 'twin', accountId: '999988887777' }) })]),
        }),
      ]),
    }),
    [/^unknown/],
  ],
]);
