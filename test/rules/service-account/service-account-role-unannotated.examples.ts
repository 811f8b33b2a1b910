import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-role-unannotated` is known. */
export const examples: Examples = {
  pass: {
    title: 'a Pod Identity association gives the pods their role',
    facts: () =>
      withoutAnnotation({ podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]) }),
  },
  fail: {
    title: 'a tool removed the annotation, and the new pods run without a role',
    facts: () => withoutAnnotation({}),
  },
  unknown: {
    title: 'Pod Identity associations were not asked for',
    facts: () => withoutAnnotation({ podIdentity: notAskedFor('eks:ListPodIdentityAssociations') }),
  },
};

const withoutAnnotation = (over: Partial<ClusterSnapshot>) => {
  const pod = aPod({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] });
  const serviceAccounts = complete([aServiceAccount({ annotations: {} })]);
  return someFacts({ clusters: complete([aReadCluster({ serviceAccounts, pods: complete([pod]) }, over)]) });
};
