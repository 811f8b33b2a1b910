/** Worlds that the tests of several rules on this subject share. */
import { complete, type ReadFailure } from '../../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot } from '../../support/example-world.ts';

export const denied: ReadFailure = {
  kind: 'denied',
  operation: 'list pods',
  permission: 'list pods in the API group ""',
  message: '403',
};

export const noIssuer = (status: string) => {
  const { issuer: _none, ...cluster } = aCluster({ status });
  return complete([aClusterSnapshot({ cluster })]);
};

export const ofStatus = (status: string) => complete([aClusterSnapshot({ cluster: aCluster({ status }) })]);
