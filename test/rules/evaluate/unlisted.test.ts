import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, exampleAccountId, someFacts } from '../../support/example-world.ts';
import { refused, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const cluster = aCluster().arn;
const inside = (kubernetes: ReturnType<typeof aReadCluster>['kubernetes'], status = 'ACTIVE'): Facts =>
  someFacts({ clusters: complete([aReadCluster({}, { kubernetes, cluster: aCluster({ status }) })]) });
/** Rules of a kind that say that they are undecided at a place. */
const undecidedAt = (facts: Facts, where: string, overrides = {}): readonly string[] => {
  const { undecided } = evaluate(facts, { rules: catalog, overrides });
  return undecided.filter(({ subject, kind }) => subject === where && kind === 'unread').map(({ ruleId }) => ruleId);
};

describe('a rule whose list was refused is undecided there, and not left out', () => {
  test.each<[string, Facts, string, string]>([
    ['pods', worldOf({ pods: refused }), cluster, 'pod-not-injected'],
    ['service accounts: their rules', worldOf({ serviceAccounts: refused }), cluster, 'service-account-on-default'],
    ['service accounts: the rules of their pods', worldOf({ serviceAccounts: refused }), cluster, 'pod-not-injected'],
    ['the whole inside', inside(refused), cluster, 'webhook-missing'],
    ['roles', someFacts({ roles: refused }), exampleAccountId, 'trust-any-subject'],
    ['roles, for rules about whole roles', someFacts({ roles: refused }), exampleAccountId, 'role-unused'],
    ['providers', someFacts({ providers: refused }), exampleAccountId, 'provider-orphaned'],
  ])('%s', (_, facts, where, ruleId) => {
    expect(undecidedAt(facts, where).filter(id => id === ruleId)).toEqual([ruleId]);
    expect(undecidedAt(facts, where, { [ruleId]: { enabled: false } })).not.toContain(ruleId);
  });

  test.each<[string, Facts, string, string]>([
    ['everything was read', worldOf({}), cluster, 'pod-not-injected'],
    ['pods: the rules of service accounts', worldOf({ pods: refused }), cluster, 'service-account-on-default'],
    ['nobody asked for the inside', inside(notAskedFor('x')), cluster, 'pod-not-injected'],
    ['a cluster that is being made has no inside', inside(refused, 'CREATING'), cluster, 'pod-not-injected'],
  ])('not so: %s', (_, facts, where, ruleId) => {
    expect(undecidedAt(facts, where)).not.toContain(ruleId);
  });
});
