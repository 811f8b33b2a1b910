import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `webhook-not-injecting` is known. */
export const examples: Examples = {
  pass: {
    title: 'the last pod has its role',
    facts: () => withPods(missed('cart', 1), missed('worker', 2), injected(3)),
  },
  fail: {
    title: 'since the second of October pods of two workloads were missed, and none was injected after them',
    facts: () => withPods(injected(1), missed('cart', 2), missed('worker', 3)),
  },
  unknown: {
    title: 'pods may not be read',
    facts: () =>
      someFacts({
        clusters: complete([
          aReadCluster({ pods: unavailable({ kind: 'denied', operation: 'list pods', message: '403: forbidden' }) }),
        ]),
      }),
  },
};

const injected = (day: number): Pod =>
  aPod({ name: `injected-${day}`, createdAt: `2026-10-0${day}T10:00:00Z`, owner: { kind: 'Deployment', name: 'job' } });

const missed = (owner: string, day: number): Pod =>
  aPod({
    name: `${owner}-${day}`,
    createdAt: `2026-10-0${day}T10:00:00Z`,
    owner: { kind: 'Deployment', name: owner },
    containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })],
    volumes: [],
  });

const withPods = (...pods: readonly Pod[]) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-02-01T00:00:00Z' })]),
        pods: complete(pods),
      }),
    ]),
  });
