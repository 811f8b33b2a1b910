import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-pods-without` is known. */
export const examples: Examples = {
  pass: { title: 'the pod has Pod Identity', facts: () => worldWith({}) },
  fail: {
    title: 'the pod is older than the association',
    facts: () => worldWith({ createdAt: '2026-01-20T08:00:00.000Z', containers: [plain], volumes: [] }),
  },
};

const plain = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });

const byPodIdentity = aContainer({
  awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  irsaEnvironment: {},
  mounts: {},
});

const worldWith = (over: Parameters<typeof aPod>[0]) =>
  someFacts({
    clusters: complete([
      aReadCluster(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
          pods: complete([aPod({ containers: [byPodIdentity], volumes: [], ...over })]),
        },
        { podIdentity: complete([anAssociation()]) },
      ),
    ]),
  });
