import { complete } from '../../../lib/model/collected.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-token-unreadable` is known. */
export const examples: Examples = {
  pass: { title: 'a current version', facts: () => onVersion('v1.34.9') },
  fail: { title: 'Kubernetes 1.18', facts: () => onVersion('v1.18.20-eks-8c579e') },
  unknown: { title: 'the version was not read', facts: () => onVersion(undefined) },
};

const onVersion = (version: string | undefined) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        pods: complete([aPod({ runAsUser: 1000 })]),
        version: version
          ? complete(version)
          : { status: 'unavailable', reason: { kind: 'timed-out', operation: 'get /version', message: 'no answer' } },
      }),
    ]),
  });
