import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';

const stepsFor = (trustPolicy: string) =>
  planOfFacts(
    someFacts({
      roles: complete([aRole({ trustPolicy })]),
      providers: complete([]),
      clusters: complete([aReadCluster()]),
    }),
    { rules: catalog },
    { wants: () => true, isDecided: () => true },
  ).steps.map(({ change }) => change?.kind);

test('a provider that everybody of a cluster would get a role by is created after the policy was corrected', () => {
  const { Version, Statement } = JSON.parse(aTrustPolicy());
  const open = JSON.stringify({
    Version,
    Statement: Statement.map(({ Condition: _, ...one }: object & { Condition: object }) => one),
  });
  const kinds = stepsFor(open).filter(kind => kind === 'trust-policy' || kind === 'provider-created');
  expect(kinds).toEqual(['trust-policy', 'provider-created']);
});

test('a provider that one service account waits for comes first', () => {
  expect(stepsFor(aTrustPolicy())[0]).toBe('provider-created');
});
