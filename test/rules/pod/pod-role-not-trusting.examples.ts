import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-role-not-trusting` is known. */
export const examples: Examples = {
  pass: { title: 'a role that trusts the service account', facts: () => naming(aTrustPolicy()) },
  fail: {
    title: 'a role for another service account',
    facts: () => naming(aTrustPolicy({ subject: 'system:serviceaccount:checkout:basket' })),
  },
  unknown: {
    title: 'roles could not be read',
    facts: () =>
      someFacts({
        clusters: withRole(),
        roles: {
          status: 'partial',
          value: [],
          gaps: [
            { what: 'page 2', reason: { kind: 'throttled', operation: 'iam:ListRoles', message: 'Rate exceeded' } },
          ],
        },
      }),
  },
};

const ownRole = `arn:aws:iam::${exampleAccountId}:role/by-hand`;

const withRole = () => {
  const container = aContainer();
  const irsaEnvironment = { ...container.irsaEnvironment, AWS_ROLE_ARN: ownRole };
  return complete([aReadCluster({ pods: complete([aPod({ containers: [{ ...container, irsaEnvironment }] })]) })]);
};

const naming = (trustPolicy: string) =>
  someFacts({ clusters: withRole(), roles: complete([aRole(), aRole({ name: 'by-hand', trustPolicy })]) });
