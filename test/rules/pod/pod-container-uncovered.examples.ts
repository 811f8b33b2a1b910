import { complete } from '../../../lib/model/collected.ts';
import type { PodContainer } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-container-uncovered` is known. */
export const examples: Examples = {
  pass: { title: 'every container has it', facts: () => withSidecar(aContainer({ name: 'exporter' })) },
  fail: {
    title: 'a container without the role',
    facts: () => withSidecar(aContainer({ name: 'exporter', awsVariables: [], irsaEnvironment: {}, mounts: {} })),
  },
};

const withSidecar = (sidecar: PodContainer) =>
  someFacts({
    clusters: complete([aReadCluster({ pods: complete([aPod({ containers: [aContainer(), sidecar] })]) })]),
  });
