import type { Role } from '../../../lib/model/account.ts';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { aRole, exampleAccountId } from '../../support/example-world.ts';

/** Builders with defaults for examples and tests of Pod Identity. Every name is made up. */

const roleArn = `arn:aws:iam::${exampleAccountId}:role/cart-by-pod-identity`;

export const anAssociation = (over: Partial<PodIdentityAssociation> = {}): PodIdentityAssociation => ({
  id: 'a-0123456789abcdefg',
  namespace: 'checkout',
  serviceAccount: 'cart',
  roleArn,
  sessionTags: true,
  createdAt: '2026-02-01T10:00:00.000Z',
  ...over,
});

/** A statement in the form that the AWS documentation uses. */
export const podIdentityStatement = (
  over: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  Sid: 'AllowEksAuthToAssumeRoleForPodIdentity',
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...over,
});

/** The role of `anAssociation`, with these statements in place of the usual one. */
export const aPodIdentityRole = (...statements: readonly Readonly<Record<string, unknown>>[]): Role =>
  aRole({
    arn: roleArn,
    name: 'cart-by-pod-identity',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: statements.length === 0 ? [podIdentityStatement()] : statements,
    }),
  });
