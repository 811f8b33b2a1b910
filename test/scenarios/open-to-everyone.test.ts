import { describe, expect, test } from '@jest/globals';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { accessOf } from '../../lib/report/graph/access.ts';
import { graphOf } from '../../lib/report/graph/graph.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aRole, aSnapshot, exampleIssuer, someFacts } from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

/** Policies that may trust a web identity and name no provider. */
const open = {
  '"*"': { Principal: '*' },
  'AWS "*"': { Principal: { AWS: '*' } },
  'Federated "*"': { Principal: { Federated: '*' } },
  'everyone but one': { NotPrincipal: { AWS: 'arn:aws:iam::444455556666:root' } },
};
const policyFor = (principal: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...principal, Action: 'sts:AssumeRoleWithWebIdentity' }],
  });
const roleFor = (principal: object) => aRole({ trustPolicy: policyFor(principal) });
const kinds = Object.entries(open);

describe('a role that is open to everyone, in another audited account', () => {
  const other = '444455556666';
  const accountB = (): AccountSnapshot =>
    aSnapshot({
      accountId: other,
      providers: complete([]),
      roles: complete([]),
      clusters: complete([
        aReadCluster(
          {
            serviceAccounts: complete([
              aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': aRole().arn } }),
            ]),
            pods: complete([]),
          },
          { cluster: aCluster({ accountId: other }) },
        ),
      ]),
    });

  test.each(kinds)('may trust the service account that names it: %s', (_name, principal) => {
    const owner = aSnapshot({ roles: complete([roleFor(principal)]), clusters: complete([]) });
    const facts = { ...someFacts(), snapshot: accountB(), fleet: indexOf([owner, accountB()]) };
    const { findings, undecided } = evaluate(facts, { rules: catalog });
    const rule = 'service-account-role-not-trusting';
    expect(findings.filter(({ ruleId }) => ruleId === rule)).toEqual([]);
    expect(undecided.map(({ ruleId }) => ruleId)).toContain(rule);
  });
});

describe('a role that is open to everyone', () => {
  test.each(kinds)('stands in the table, in the graph and among the roles that are judged: %s', (_name, principal) => {
    const facts = someFacts({ clusters: complete([aReadCluster()]), roles: complete([roleFor(principal)]) });
    const { fleet } = facts;
    const { findings, undecided } = evaluate(facts, { rules: catalog });
    const told = [...findings.map(one => one.subject), ...undecided.map(one => one.subject)];
    expect(told).toContain(aRole().arn);
    expect(accessOf([facts]).rows.map(({ roleArn }) => roleArn)).toContain(aRole().arn);
    const { nodes, edges } = graphOf({ facts: [facts], access: accessOf([facts]), findings });
    expect(nodes.find(({ id }) => id === aRole().arn)).toMatchObject({ kind: 'role', presence: 'read' });
    const [cluster] = fleet.clusters.filter(({ issuer }) => issuer === exampleIssuer);
    expect(edges).toContainEqual(
      expect.objectContaining({ from: cluster?.arn, to: aRole().arn, kind: 'admits', pattern: 'any subject' }),
    );
  });

  test('stands in the graph, not known to be open, where the providers of its account were not read', () => {
    const providers = unavailable<never>({
      kind: 'denied',
      operation: 'iam:ListOpenIDConnectProviders',
      message: 'no',
    });
    const facts = someFacts({ roles: complete([roleFor({ Principal: '*' })]), providers });
    const { nodes, edges } = graphOf({ facts: [facts], access: accessOf([facts]), findings: [] });
    expect(nodes.map(({ id }) => id)).toContain(aRole().arn);
    expect(edges.filter(({ to }) => to === aRole().arn).map(({ kind, state }) => [kind, state])).toEqual([
      ['admits', 'unknown'],
    ]);
    // Tokens of the cluster, and logins of whichever provider.
    expect(accessOf([facts]).rows.map(({ decision }) => decision)).toEqual(['unknown', 'unknown']);
  });

  test('has no way from a cluster whose provider its account lacks', () => {
    const roles = complete([aRole({ trustPolicy: policyFor({ Principal: '*' }) })]);
    const world = someFacts({
      clusters: complete([aReadCluster({ serviceAccounts: complete([]) })]),
      roles,
      providers: complete([]),
    });
    const { nodes, edges } = graphOf({ facts: [world], access: accessOf([world]), findings: [] });
    expect(nodes.map(({ id }) => id)).toContain(aRole().arn);
    expect(edges.filter(({ to }) => to === aRole().arn)).toEqual([]);
    expect(accessOf([world]).rows.map(({ principal }) => principal)).toEqual(['Logins of every identity provider']);
  });
});
