import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-not-injected` is known. */
export const examples: Examples = {
  pass: { title: 'injected', facts: () => running({}) },
  fail: {
    title: 'neither variables nor token',
    facts: () =>
      running({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] }),
  },
};

const running = (over: Parameters<typeof aPod>[0]) =>
  someFacts({ clusters: complete([aReadCluster({ pods: complete([aPod(over)]) })]) });
