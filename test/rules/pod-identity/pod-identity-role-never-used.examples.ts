import type { RoleDetail } from '../../../lib/model/account.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

const byPodIdentity = aPod({
  containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
  volumes: [],
});

const worldWith = (detail?: Partial<RoleDetail>) =>
  someFacts({
    clusters: complete([
      aReadCluster(
        { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), pods: complete([byPodIdentity]) },
        { podIdentity: complete([anAssociation()]), addons: complete([{ name: 'eks-pod-identity-agent' }]) },
      ),
    ]),
    roles: complete([
      {
        ...aPodIdentityRole(),
        ...(detail && { detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, ...detail }) }),
      },
    ]),
  });

/** Worlds in which the verdict of `pod-identity-role-never-used` is known. */
export const examples: Examples = {
  pass: { title: 'IAM knows a last use', facts: () => worldWith({ lastUsedAt: '2026-10-30T12:00:00Z' }) },
  fail: { title: 'pods run, and nobody used the role', facts: () => worldWith({}) },
  unknown: { title: 'last use was not read', facts: () => worldWith() },
};
