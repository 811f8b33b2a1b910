import { type Collected, complete, unavailable } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-workload-elsewhere` is known. */
export const examples: Examples = {
  pass: { title: 'the workload runs as it', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: { title: 'the template names no service account', facts: () => withPods(complete([onDefault])) },
  unknown: {
    title: 'RBAC refuses to list pods',
    facts: () => withPods(unavailable({ kind: 'denied', operation: 'list pods', message: '403' })),
  },
};

const bare = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });

const onDefault = aPod({ serviceAccount: 'default', containers: [bare], volumes: [] });

const withPods = (pods: Collected<readonly Pod[]>) => someFacts({ clusters: complete([aReadCluster({ pods })]) });
