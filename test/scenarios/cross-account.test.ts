import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCluster,
  anIssuer,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

/** A role and a provider in account A for the accounts of a cluster in account B. */
const b = '444455556666';
const roleArn = aRole().arn;

const accountA = (subject?: string): AccountSnapshot =>
  aSnapshot({
    roles: complete([aRole({ trustPolicy: aTrustPolicy(subject === undefined ? {} : { subject }) })]),
    clusters: complete([]),
  });
const accountB = (name: string): AccountSnapshot =>
  aSnapshot({
    accountId: b,
    providers: complete([]),
    roles: complete([]),
    clusters: complete([
      aReadCluster(
        {
          serviceAccounts: complete([
            aServiceAccount({ name, annotations: { 'eks.amazonaws.com/role-arn': roleArn } }),
          ]),
          pods: complete([]),
        },
        { cluster: aCluster({ accountId: b, caCertificates: aReadCluster().cluster.caCertificates }) },
      ),
    ]),
  });

const factsOf = (snapshot: AccountSnapshot, fleet: Facts['fleet'], over: Partial<Facts> = {}): Facts => ({
  ...someFacts(),
  snapshot,
  fleet,
  ...over,
});
const judged = (facts: Facts) => evaluate(facts, { rules: catalog });
const loud = (facts: Facts): readonly string[] =>
  judged(facts)
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ ruleId }) => ruleId);
const unknownNames = ['trust-subject-unknown-service-account', 'trust-subject-unknown-namespace'];
const undecided = (facts: Facts): readonly string[] =>
  judged(facts).undecided.flatMap(({ ruleId, missing }) => (unknownNames.includes(ruleId) ? [missing] : []));
const alive = anIssuer();
const gone = anIssuer({
  discovery: unavailable({ kind: 'not-found', operation: 'GET discovery', message: '404' }),
  keys: unavailable({ kind: 'not-found', operation: 'GET keys', message: '404' }),
});
const issuers = (one: typeof alive): Facts['issuers'] => ({ [exampleIssuer]: one });

describe('the account of the cluster is audited in the same run', () => {
  const names = ['cart', 'carts'];

  test.each(names)('A, whose role names cart while B has %s: silent, and says what it cannot see', name => {
    const facts = factsOf(accountA(), indexOf([accountA(), accountB(name)]));
    expect(loud(facts)).toEqual([]);
    expect(undecided(facts)).toEqual(unknownNames.map(() => expect.stringContaining('which is in account')));
  });

  test('B: the account that the role names is allowed, another is denied with its cause', () => {
    const of = (name: string) => loud(factsOf(accountB(name), indexOf([accountA(), accountB(name)])));
    expect(of('cart')).toEqual([]);
    expect(of('carts')).toEqual(['service-account-role-not-trusting']);
  });
});

describe('the account of the cluster is not audited', () => {
  const fleet = indexOf([accountA()]);

  test('its issuer answers: it is told as a cluster that is not audited, as low', () => {
    const facts = factsOf(accountA(), fleet, { issuers: issuers(alive) });
    expect(loud(facts)).toEqual(['issuer-outside']);
    expect(judged(facts).findings.find(({ ruleId }) => ruleId === 'issuer-outside')?.severity).toBe('low');
    expect(undecided(facts)).toHaveLength(2);
  });

  test.each<[string, Facts]>([
    ['no issuer was probed', factsOf(accountA(), fleet, { issuers: {} })],
    ['its region is not audited', factsOf({ ...accountA(), regions: [] }, fleet)],
    ['it was asked for and not read', factsOf(accountA(), indexOf([accountA()], [b]))],
  ])('%s: silent and undecided', (_title, facts) => {
    expect(loud(facts)).toEqual([]);
    expect(undecided(facts)).toHaveLength(2);
  });

  test('its issuer is gone: nobody is missed in a cluster that is no more', () => {
    const facts = factsOf(accountA(), fleet, { issuers: issuers(gone) });
    expect(undecided(facts)).toEqual([]);
    expect(loud(facts).toSorted()).toEqual(['provider-orphaned', 'role-trusts-dead-cluster']);
  });
});

describe('a name that was missed while the cluster was read', () => {
  const missed = accountA('system:serviceaccount:checkout:carts');
  const here = { ...missed, regions: [{ region: 'eu-west-1', clusters: complete([aReadCluster()]) }] };
  const next = (facts: Facts): readonly string[] => {
    const first = reconcile(nothingKnown, judged(factsOf(here, indexOf([here]))), aRun(1));
    const known = stateAfter(nothingKnown, first, aRun(1).at);
    return reconcile(known, judged(facts), aRun(2))
      .transitions.filter(({ after }) => after.finding.ruleId === 'trust-subject-unknown-service-account')
      .map(({ kind }) => kind);
  };

  test('stays open when the cluster is not audited any more', () =>
    expect(next(factsOf({ ...missed, regions: [] }, indexOf([{ ...missed, regions: [] }])))).toEqual(['unconfirmed']));

  test('stays open while its issuer answers from somewhere else', () =>
    expect(next(factsOf(missed, indexOf([missed]), { issuers: issuers(alive) }))).toEqual(['unconfirmed']));

  test('is resolved with its cluster', () =>
    expect(next(factsOf(missed, indexOf([missed]), { issuers: issuers(gone) }))).toEqual(['resolved']));
});

test('a role of an account that is not audited leaves its service account undecided, with the account as the reason', () => {
  const account = aServiceAccount({
    annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::999988887777:role/cart' },
  });
  const clusters = complete([aReadCluster({ serviceAccounts: complete([account]), pods: complete([]) })]);
  const { findings, undecided } = judged(someFacts({ clusters }));
  expect(findings).toEqual([]);
  const about = undecided.filter(({ subject }) => subject.endsWith('/serviceaccount/checkout/cart'));
  expect(about.map(({ ruleId, missing }) => [ruleId, missing])).toEqual([
    ['service-account-role-account-lacks-provider', 'the providers of account 999988887777, which is not audited'],
    ['service-account-role-not-trusting', 'account 999988887777 is not audited'],
  ]);
});
