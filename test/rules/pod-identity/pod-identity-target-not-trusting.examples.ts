import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-target-not-trusting` is known. */
export const examples: Examples = {
  pass: { title: 'both actions for the first role', facts: () => targeting(['sts:AssumeRole', 'sts:TagSession']) },
  fail: { title: 'the target allows sts:AssumeRole alone', facts: () => targeting('sts:AssumeRole') },
  unknown: {
    title: 'roles were not read',
    facts: () => someFacts({ ...clusters(), roles: notAskedFor('iam:ListRoles') }),
  },
};

const targetRoleArn = `arn:aws:iam::${exampleAccountId}:role/ledger`;
const clusters = () => ({
  clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation({ targetRoleArn })]) })]),
});

const targeting = (actions: string | readonly string[]) => {
  const statement = { Effect: 'Allow', Principal: { AWS: anAssociation().roleArn }, Action: actions };
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  return someFacts({
    ...clusters(),
    roles: complete([aPodIdentityRole(), aRole({ name: 'ledger', arn: targetRoleArn, trustPolicy })]),
  });
};
