import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation, aPodIdentityRole } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-role-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the role exists', facts: () => worldWith(anAssociation(), [aPodIdentityRole()]) },
  fail: { title: 'the role was deleted', facts: () => worldWith(anAssociation(), []) },
  unknown: {
    title: 'the target role is of an account whose roles are not looked up',
    facts: () =>
      worldWith(anAssociation({ targetRoleArn: 'arn:aws:iam::444455556666:role/reader' }), [aPodIdentityRole()]),
  },
};

const worldWith = (
  association: ReturnType<typeof anAssociation>,
  roles: readonly ReturnType<typeof aPodIdentityRole>[],
) =>
  someFacts({
    roles: complete(roles),
    clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]),
  });
