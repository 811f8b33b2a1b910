import { complete } from '../../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { noIssuer } from './worlds.ts';

says('cluster-issuer-absent', [
  ['an issuer', () => someFacts(), []],
  [
    'a cluster that is known by its kubeconfig alone',
    () => {
      const { issuer: _none, createdAt: _neither, version: _nor, ...cluster } = aCluster();
      return someFacts({ clusters: complete([aClusterSnapshot({ cluster })]) });
    },
    [/^unknown: the issuer of cluster shop: EKS was not asked for it/],
  ],
  ['none', () => someFacts({ clusters: noIssuer('ACTIVE') }), [/^info: absent/]],
  ['not yet', () => someFacts({ clusters: noIssuer('CREATING') }), []],
]);
