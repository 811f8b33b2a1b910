/** Runs over one account, some of which read less: what each of them tells. */
import { expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aContainer, aPod, aReadCluster } from '../support/example-cluster.ts';
import { anIssuer, aProvider, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { toldByRuns } from '../support/told-by-runs.ts';

const reason = { kind: 'timed-out', operation: 'read', message: 'no answer' } as const;
const detailOf = (isAdministrator: boolean) => complete({ attachedPolicyArns: [], isAdministrator, tags: {} });
const noDetail = unavailable<never>(reason);

/** The state after each of some runs, and the facts that it told. */
const after = (...worlds: readonly ReturnType<typeof someFacts>[]) => {
  let known = nothingKnown;
  return worlds.map((facts, index) => {
    const run = aRun(index + 1);
    const change = reconcile(known, evaluate(facts, { rules: catalog }), run);
    known = stateAfter(known, change, run.at);
    return { known, gone: change.factChanges.filter(fact => fact.after === undefined).map(({ kind }) => kind) };
  });
};

test.each([
  ['nothing of the list', () => unavailable<never>(reason)],
  ['a page without the role', () => withGaps([], [{ what: 'roles from page 1 on', reason }])],
] as const)('where %s was read once, details that never are hide nothing for good', (_title, roles) => {
  const container = aContainer();
  const stale = { ...container, irsaEnvironment: { ...container.irsaEnvironment, AWS_ROLE_ARN: oldRole.arn } };
  const clusters = complete([aReadCluster({ pods: complete([aPod({ containers: [stale] })]) })]);
  const whole = someFacts({ clusters, roles: complete([aRole({ detail: noDetail }), oldRole]) });
  const effectsOf = (last: ReturnType<typeof after>[number] | undefined) =>
    last?.known.findings
      .find(({ finding }) => finding.ruleId === 'pod-role-stale')
      ?.finding.explains.map(one => one.ruleId);
  const fresh = effectsOf(after(whole).at(-1));
  expect(fresh).toContain('pod-role-not-trusting');
  expect(effectsOf(after(someFacts({ clusters, roles: roles() }), whole).at(-1))).toEqual(fresh);
});

const oldRole = aRole({
  name: 'old',
  arn: 'arn:aws:iam::111122223333:role/old',
  trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:nobody' }),
  detail: detailOf(false),
});

test('a trust policy is gone with its role, also while CloudTrail still has calls for it', () => {
  const failures = [{ errorCode: 'AccessDenied', errorMessage: 'no', count: 3, lastAt: '2026-11-01T05:00:00Z' }];
  const call = {
    ...{ roleArn: aRole().arn, subject: 'system:serviceaccount:checkout:cart', providerArn: aProvider().arn },
    ...{ region: 'eu-west-1', successes: 0, failures, userAgents: [], verificationMethods: [] },
    lastAt: '2026-11-01T05:00:00Z',
  };
  const of = (roles: readonly ReturnType<typeof aRole>[]) =>
    someFacts({
      roles: complete(roles),
      runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [call] }),
    });
  expect(after(of([aRole()]), of([]), of([])).map(({ gone }) => gone)).toEqual([[], ['role-trust-policy'], []]);
});

test('a waiver up to a severity covers no worse finding only because less of it was read', () => {
  const told = toldByRuns([
    {
      ...{ rule: 'trust-any-subject', subject: aRole().arn, finding: aProvider().arn, upTo: 'high' as const },
      ...{ reason: 'r', owner: 'o', expires: '2027-01-01' },
    },
  ]);
  const of = (detail: ReturnType<typeof detailOf> | typeof noDetail) =>
    told(someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }), detail })]) }));
  expect(of(detailOf(true))).toContainEqual(expect.stringMatching(/^opened trust-any-subject .* critical$/));
  const later = [noDetail, detailOf(true), noDetail, detailOf(true)].flatMap(detail => of(detail));
  expect(later.filter(step => step.includes('trust-any-subject'))).toEqual([]);
});

test('a role that trusts a cluster of before is told once, though no issuer was probed when it was found', () => {
  const other = 'https://oidc.example.org/self-hosted';
  const ofRole = (issuers: readonly ReturnType<typeof anIssuer>[]) =>
    told(
      someFacts({ ...{ clusters: complete([]), providers: complete([aProvider({ issuer: other })]) }, ...{ issuers } }),
    ).filter(step => step.includes('trust-provider-missing'));
  const told = toldByRuns();
  expect(ofRole([])).toHaveLength(1);
  expect(ofRole([anIssuer({ url: other })])).toEqual([expect.stringMatching(/^confirmed /)]);
});

test('where the last provider of an account is deleted no issuer is left to be probed: nothing is read less well by that', () => {
  const told = toldByRuns();
  const roles = complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }) })]);
  const of = (providers: readonly ReturnType<typeof aProvider>[], issuers: readonly ReturnType<typeof anIssuer>[]) =>
    told(someFacts({ clusters: complete([]), roles, providers: complete(providers), issuers })).join('\n');
  expect(of([aProvider()], [anIssuer()])).toContain('opened trust-any-subject');
  expect(of([], [])).toContain('changed trust-any-subject');
});
