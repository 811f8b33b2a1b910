import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

const dns = `arn:aws:iam::${exampleAccountId}:role/zones`;
const toldToAssume = (roleArn: string): Pod => aPod({ containers: [aContainer({ assumesRole: roleArn })] });
const trusting = (AWS: string) =>
  aRole({
    arn: dns,
    name: 'zones',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
    }),
  });
const world = (trusted: string) =>
  someFacts({
    clusters: complete([aReadCluster({ pods: complete([toldToAssume(dns)]) })]),
    roles: complete([aRole(), trusting(trusted)]),
  });

/** Worlds in which the verdict of `service-account-second-role` is known. */
export const examples: Examples = {
  pass: { title: 'the second role trusts the first', facts: () => world(aRole().arn) },
  fail: {
    title: 'the second role trusts another one',
    facts: () => world(`arn:aws:iam::${exampleAccountId}:role/other`),
  },
  unknown: {
    title: 'the second role is of an account that is not audited',
    facts: () =>
      someFacts({
        clusters: complete([
          aReadCluster({
            pods: complete([toldToAssume('arn:aws:iam::999988887777:role/zones')]),
            controllerRoles: notAskedFor('list clusterissuers'),
          }),
        ]),
      }),
  },
};
