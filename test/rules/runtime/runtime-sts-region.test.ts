import { withGaps } from '../../../lib/model/collected.ts';
import { aProvider } from '../../support/example-world.ts';
import { aGap } from '../../support/in-cluster-world.ts';
import { calling, ofGitHub, refusedOnce, run } from './worlds.ts';

run('runtime-sts-region', [
  ['is silent for calls in the region of the cluster', calling({ successes: 1 }), []],
  ['reports calls in another region', calling({ successes: 1, region: 'us-east-1' }), ['low elsewhere']],
  ['leaves refused calls to other rules', calling({ ...refusedOnce, region: 'us-east-1' }), []],
  [
    'is silent for the provider of a cluster that was not read',
    calling({
      successes: 1,
      region: 'us-east-1',
      providerArn: aProvider({ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/77' }).arn,
    }),
    [],
  ],
  ['is silent for a login', calling({ successes: 1, region: 'us-east-1', ...ofGitHub }), []],
  [
    'is not known where the cluster may be among those that were not read',
    calling({ successes: 1, region: 'us-east-1' }, { clusters: withGaps([], [aGap('eks:DescribeCluster')]) }),
    ['unknown unread'],
  ],
]);
