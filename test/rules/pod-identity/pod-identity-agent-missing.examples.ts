import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-agent-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the add-on is installed', facts: () => worldWith([agent]) },
  fail: {
    title: 'a pod has Pod Identity, and no add-on and no DaemonSet is there',
    facts: () => worldWith(['coredns']),
  },
};

const agent = 'eks-pod-identity-agent';

const containers = [
  aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} }),
];

const volumes = [
  { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' },
];

const worldWith = (addons: readonly string[]) =>
  someFacts({
    clusters: complete([
      aReadCluster(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
          pods: complete([aPod({ containers, volumes })]),
        },
        { podIdentity: complete([anAssociation()]), addons: complete(addons.map(name => ({ name }))) },
      ),
    ]),
  });
