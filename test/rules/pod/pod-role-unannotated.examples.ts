import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-role-unannotated` is known. */
export const examples: Examples = {
  pass: { title: 'the annotation is there', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: { title: 'a tool removed the annotation', facts: () => unannotated(complete([])) },
  unknown: {
    title: 'whether Pod Identity took its place was not read',
    facts: () =>
      unannotated({
        status: 'unavailable',
        reason: { kind: 'denied', operation: 'eks:ListPodIdentityAssociations', message: 'AccessDenied' },
      }),
  },
};

const unannotated = (podIdentity: ReturnType<typeof aReadCluster>['podIdentity']) => {
  const { awsVariables, irsaEnvironment } = aContainer();
  const container = aContainer({
    awsVariables: [...awsVariables, 'AWS_STS_REGIONAL_ENDPOINTS', 'AWS_REGION'],
    irsaEnvironment: { ...irsaEnvironment, AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_REGION: 'eu-west-1' },
  });
  const pods = complete([aPod({ containers: [container] })]);
  const serviceAccounts = complete([aServiceAccount({ annotations: {} })]);
  return someFacts({
    clusters: complete([aReadCluster({ serviceAccounts, pods }, { podIdentity })]),
    roles: complete([aRole()]),
  });
};
