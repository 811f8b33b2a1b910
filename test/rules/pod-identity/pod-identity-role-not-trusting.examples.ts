import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation, aPodIdentityRole, podIdentityStatement } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-role-not-trusting` is known. */
export const examples: Examples = {
  pass: { title: 'the policy of the AWS documentation', facts: () => worldWith() },
  fail: {
    title: 'sts:TagSession was left out',
    facts: () => worldWith(podIdentityStatement({ Action: 'sts:AssumeRole' })),
  },
  unknown: {
    title: 'a test on the organization of the cluster, which is not read',
    facts: () =>
      worldWith(podIdentityStatement({ Condition: { StringEquals: { 'aws:SourceOrgId': 'o-abcdefghij' } } })),
  },
};

const worldWith = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
  someFacts({
    roles: complete([aPodIdentityRole(...statements)]),
    clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation()]) })]),
  });
