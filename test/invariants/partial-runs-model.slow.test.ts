import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import {
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

const reason = { kind: 'timed-out', operation: 'read', message: 'no answer' } as const;

/** How much of each section a run reads: all, all but what `keep` drops, nothing. */
type Reach = 'all' | 'some' | 'none';
const sections = [
  'providers',
  'roles',
  'clusters',
  'kubernetes',
  'namespaces',
  'serviceAccounts',
  'pods',
  'webhook',
  'podIdentity',
  'addons',
  'runtime',
  'detail',
  'issuer',
] as const;
type Plan = Readonly<Record<(typeof sections)[number], Reach>>;

const everything = Object.fromEntries(sections.map(name => [name, 'all'])) as Record<(typeof sections)[number], Reach>;
const plan: fc.Arbitrary<Plan> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...sections), fc.constantFrom<Reach>('some', 'none')), {
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map(lost => ({ ...everything, ...Object.fromEntries(lost) }));

const partOf = <T>(reach: Reach, list: readonly T[]): Collected<readonly T[]> => {
  if (reach === 'all') return complete(list);
  return reach === 'none'
    ? unavailable(reason)
    : withGaps(
        list.filter((_, index) => index % 2 === 0),
        [{ what: 'page 2', reason }],
      );
};

const whole = <T>(reach: Reach, value: T): Collected<T> => (reach === 'all' ? complete(value) : unavailable(reason));

const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const annotated = (name: string, role: string, more: Readonly<Record<string, string>> = {}) =>
  aServiceAccount({ name, annotations: { 'eks.amazonaws.com/role-arn': role, ...more } });
const dead = exampleIssuer.replace('5C1D', '0000');
const missing = exampleIssuer.replace('5C1D', '1111');
const bare = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };

const accounts = [
  aServiceAccount(),
  annotated('lost', roleArn('no-such-role')),
  annotated('refused', roleArn('refuses')),
  annotated('bad', 'arn:aws:iam:111122223333:role/x'),
  annotated('ear', roleArn('checkout-cart'), { 'eks.amazonaws.com/audience': 'other' }),
  annotated('default', roleArn('wide')),
];
const pods = [
  aPod(),
  aPod({ name: 'cart-2', ...bare }),
  aPod({ name: 'old', serviceAccount: 'refused', owner: { kind: 'Deployment', name: 'old' } }),
  aPod({ name: 'gone', serviceAccount: 'ghost', owner: { kind: 'Deployment', name: 'gone' } }),
];
const roles = [
  aRole(),
  aRole({ arn: roleArn('wide'), name: 'wide', trustPolicy: aTrustPolicy({ condition: {} }) }),
  aRole({
    arn: roleArn('refuses'),
    name: 'refuses',
    trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }),
  }),
  aRole({ arn: roleArn('dead'), name: 'dead', trustPolicy: aTrustPolicy({ issuer: dead }) }),
  aRole({ arn: roleArn('typo'), name: 'typo', trustPolicy: aTrustPolicy({ issuer: missing }) }),
];
const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });

const cluster = (reach: Plan, webhook: ReturnType<typeof aWebhook> | undefined): ClusterSnapshot => {
  const read = aReadCluster({
    namespaces: partOf(reach.namespaces, [
      { name: 'kube-system', labels: {}, terminating: false },
      { name: 'checkout', labels: {}, terminating: false },
    ]),
    serviceAccounts: partOf(reach.serviceAccounts, accounts),
    pods: partOf(reach.pods, pods),
    webhook: whole(reach.webhook, webhook),
  });
  const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: roleArn('other') };
  return {
    ...read,
    ...(reach.kubernetes === 'all' ? {} : { kubernetes: unavailable(reason) }),
    podIdentity: partOf(reach.podIdentity, [{ ...association, serviceAccount: 'x' }, association]),
    addons: partOf(reach.addons, [
      { name: 'coredns' },
      {
        name: 'vpc-cni',
        detail: {
          status: 'ACTIVE',
          roleArn: roleArn('cni'),
          hasPodIdentity: false,
          configuresServiceAccount: false,
          namespace: 'checkout',
        },
      },
    ]),
  };
};

const selective = aWebhook({ namespaceSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } });
const hooks = { sound: aWebhook(), absent: undefined, selective };

/** One world of many faults, of which a run reads what the plan says. */
const world = (reach: Plan, hook: keyof typeof hooks): Facts => {
  const readable = aProvider({ audiences: ['sts.amazonaws.com', 'left-over'], thumbprints: ['ab'.repeat(20)] });
  const provider = reach.detail === 'all' ? readable : { ...readable, detail: unavailable<never>(reason) };
  const snapshot = aSnapshot({
    providers: partOf(reach.providers, [provider, aProvider({ issuer: dead })]),
    roles: partOf(
      reach.roles,
      roles.map(role => ({ ...role, detail: reach.detail === 'all' ? detail : unavailable<never>(reason) })),
    ),
    clusters: partOf(reach.clusters, [cluster(reach, hooks[hook])]),
    runtime: whole(reach.runtime, { from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
  });
  const { schemaVersion: _version, accountId: _account, ...rest } = snapshot;
  const issuer = anIssuer(
    reach.issuer === 'all'
      ? { host: complete(aHost()) }
      : {
          host: unavailable(reason),
          discovery: unavailable({ ...reason, kind: 'throttled' }),
          keys: unavailable({ ...reason, kind: 'throttled' }),
          fromPrivateNetwork: true,
        },
  );
  return someFacts({ ...rest, fleet: indexOf([snapshot]), issuers: [issuer], settings: { inCluster: true } });
};

const judge = (reach: Plan, hook: keyof typeof hooks) => evaluate(world(reach, hook), { rules: catalog });

describe.each(Object.keys(hooks) as (keyof typeof hooks)[])('runs that read a part of one world (webhook %s)', hook => {
  const truth = judge(everything, hook);
  const all = new Set(truth.findings.flatMap(one => [one.id]));
  const folded = new Set(
    truth.findings.flatMap(one => one.explains.map(({ ruleId, subject }) => `${ruleId} ${subject}`)),
  );

  test('has faults of many rules', () => {
    expect(new Set(truth.findings.map(one => one.ruleId)).size).toBeGreaterThan(9);
  });

  test('never resolve a finding, whatever is lost', () => {
    fc.assert(
      fc.property(fc.array(plan, { minLength: 1, maxLength: 3 }), plans => {
        let known = stateAfter(nothingKnown, reconcile(nothingKnown, truth, aRun(1)), aRun(1).at);
        for (const [index, reach] of plans.entries()) {
          const change = reconcile(known, judge(reach, hook), aRun(index + 2));
          known = stateAfter(known, change, aRun(index + 2).at);
          const closed = change.transitions.filter(one => one.kind === 'resolved' && all.has(one.after.finding.id));
          expect(closed.map(one => `${one.after.finding.ruleId} ${one.after.finding.subject}: ${one.summary}`)).toEqual(
            [],
          );
        }
      }),
      { numRuns: casesOf(12) },
    );
  });

  test('tell nobody of an effect again while its cause could not be read', () => {
    fc.assert(
      fc.property(plan, reach => {
        const known = stateAfter(nothingKnown, reconcile(nothingKnown, truth, aRun(1)), aRun(1).at);
        const partly = judge(reach, hook);
        const present = new Set(partly.findings.map(one => one.id));
        const lost = truth.findings.filter(one => !present.has(one.id));
        const effects = new Set(lost.flatMap(one => one.explains.map(({ ruleId, subject }) => `${ruleId} ${subject}`)));
        const opened = reconcile(known, partly, aRun(2)).transitions.filter(one => one.kind === 'opened');
        const again = opened.map(({ after: { finding } }) => `${finding.ruleId} ${finding.subject}`);
        expect(again.filter(one => effects.has(one))).toEqual([]);
      }),
      { numRuns: casesOf(12) },
    );
  });

  test('find nothing that a whole run does not find', () => {
    fc.assert(
      fc.property(plan, reach => {
        const more = judge(reach, hook).findings.filter(
          one =>
            !all.has(one.id) && !folded.has(`${one.ruleId} ${one.subject}`) && one.ruleId !== 'cluster-unauditable',
        );
        expect(more.map(one => `${one.ruleId}: ${one.message}`)).toEqual([]);
      }),
      { numRuns: casesOf(12) },
    );
  });
});
