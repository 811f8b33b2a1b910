import { complete } from '../../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `cluster-unauditable` is known. */
export const examples: Examples = {
  pass: { title: 'the cluster is active, and its inside was not asked for', facts: () => someFacts() },
  fail: {
    title: 'pods may not be listed',
    facts: () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([
          aClusterSnapshot({
            kubernetes: {
              status: 'unavailable',
              reason: {
                kind: 'denied',
                operation: 'list pods',
                permission: 'list pods in the API group ""',
                message: '403: pods is forbidden',
              },
            },
          }),
          aClusterSnapshot({ cluster: aCluster({ name: 'new', status: 'CREATING' }) }),
        ]),
      }),
  },
};
