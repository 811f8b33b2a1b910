import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aPolicy, cniAgent } from '../../support/example-network.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

const withPolicies = (podNetwork: KubernetesFacts['podNetwork']) =>
  someFacts({
    clusters: complete([aReadCluster({ pods: complete([aPod(), cniAgent]), ...(podNetwork && { podNetwork }) })]),
  });

/** Worlds in which the verdict of `pod-egress-closed` is known. */
export const examples: Examples = {
  pass: { title: 'no policy restricts egress', facts: () => withPolicies(complete({ policies: [], groups: [] })) },
  fail: {
    title: 'a policy that allows nothing',
    facts: () => withPolicies(complete({ policies: [aPolicy()], groups: [] })),
  },
  unknown: { title: 'policies were not read', facts: () => withPolicies(notAskedFor('list networkpolicies')) },
};
