import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { clustersOf, subjectsOfAccount } from '../../lib/facts/subjects-of.ts';
import { annotate, restartPods, setServiceAccount } from '../../lib/fixes/kubernetes-steps.ts';
import { complete, mapSection } from '../../lib/model/collected.ts';
import type { Finding, FixDraft } from '../../lib/model/finding.ts';
import type { KubernetesFacts, Pod } from '../../lib/model/kubernetes.ts';
import type { Step } from '../../lib/model/step.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { holdingRestarts } from '../../lib/rules/evaluate/held-restarts.ts';
import { renderFix } from '../../lib/rules/evaluate/render-failure.ts';
import { aPod, aReadCluster, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { aCluster, someFacts } from '../support/example-world.ts';
import { barePod, refused } from '../support/in-cluster-world.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** A step that replaces pods helps only while the webhook gives new pods their role: a law over every rule's fixes. */

/** The facts with every cluster's inside as it is after a change of it, as far as it was read. */
const withInside = (facts: Facts, over: (inside: KubernetesFacts) => KubernetesFacts): Facts => ({
  ...facts,
  snapshot: {
    ...facts.snapshot,
    regions: facts.snapshot.regions.map(region => ({
      ...region,
      clusters: mapSection(region.clusters, list =>
        list.map(one => ({ ...one, kubernetes: mapSection(one.kubernetes, over) })),
      ),
    })),
  },
});

const broken: readonly (readonly [string, (inside: KubernetesFacts) => KubernetesFacts])[] = [
  ['was deleted', inside => ({ ...inside, webhook: complete(undefined), nothingInjects: true })],
  ['was deleted, and the others may not be listed', inside => ({ ...inside, webhook: complete(undefined) })],
  [
    'was deleted, and service accounts may not be listed',
    inside => ({ ...inside, webhook: complete(undefined), nothingInjects: true, serviceAccounts: refused }),
  ],
  [
    'is called for no pod, and service accounts may not be listed',
    inside => ({ ...inside, webhook: complete(aWebhook({ rules: [] })), serviceAccounts: refused }),
  ],
  ['has a wrong URL', inside => ({ ...inside, webhook: complete(aWebhook({ url: 'https://127.0.0.1:9443/x' })) })],
  ['is called for no pod', inside => ({ ...inside, webhook: complete(aWebhook({ rules: [] })) })],
];

const replaces = ({ change }: Step): boolean =>
  change?.kind === 'pods-restarted' || change?.kind === 'workload-service-account';
const stepsOf = ({ fix }: Finding): readonly Step[] => [
  ...(fix.steps ?? []),
  ...(fix.alternatives ?? []).flatMap(({ steps }) => steps),
];

/** Whether the webhook has anything to do in the example: without a service account with a role its rules do not apply. */
const isUsed = (facts: Facts): boolean =>
  subjectsOfAccount(facts)['service-account'].length > 0 &&
  clustersOf(facts.snapshot).every(({ cluster }) => cluster.issuer !== undefined);

describe.each(broken)('where the webhook %s', (_title, over) => {
  test('no fix of any rule replaces a pod unasked, and no rule fails', () => {
    const told = catalog.flatMap(rule => {
      const example = examplesOf(rule).fail.facts();
      if (!isUsed(example)) return [];
      const facts = withInside(example, over);
      const { findings, gaps } = evaluate(facts, { rules: catalog });
      const replacing = findings.filter(one => one.fix.choice === undefined && stepsOf(one).some(replaces));
      return [
        ...replacing.map(({ ruleId }) => `${rule.id}: ${ruleId}`),
        ...gaps.filter(({ section }) => section === 'rule').map(({ reason }) => `${rule.id}: ${reason.message}`),
      ];
    });
    expect(told).toEqual([]);
  });
});

test('the examples have fixes that replace pods while the webhook works', () => {
  const all = catalog.flatMap(rule => evaluate(examplesOf(rule).fail.facts(), { rules: [rule] }).findings);
  const kinds = all
    .flatMap(stepsOf)
    .filter(replaces)
    .map(({ change }) => change?.kind);
  expect(kinds.filter(kind => kind === 'pods-restarted').length).toBeGreaterThan(5);
});

const account = { annotatedAt: '2026-02-01T00:00:00Z' };
const of = (name: string, hour: number): Partial<Pod> => ({
  ...{ name: `${name}-1`, createdAt: `2026-10-10T${hour}:00:00Z` },
  owner: { kind: 'Deployment', name },
});
const clusterOf = (inside: Partial<KubernetesFacts>, over: Parameters<typeof aCluster>[0] = {}) =>
  someFacts({
    clusters: complete([
      aReadCluster({ serviceAccounts: complete([aServiceAccount(account)]), ...inside }, { cluster: aCluster(over) }),
    ]),
  });
const pods = complete([aPod(of('a', 10)), barePod(of('b', 11)), barePod(of('c', 12))]);
const deleted = { webhook: complete(undefined), pods: complete([aPod(of('a', 10)), aPod(of('b', 11))]) };
/** Known by its kubeconfig alone: the webhook may have any name. */
const elsewhere = {
  issuer: 'https://oidc.kops.example',
  endpoint: 'https://api.kops.example',
  region: 'unknown',
  arn: 'arn:aws:eks:unknown:0:cluster/kops',
};

const looked = annotate(aCluster(), { namespace: 'checkout', name: 'cart', annotations: {} }, 'a.example/b', 'c');
const place = { cluster: aCluster(), namespace: 'checkout' };
const draft = (where = aCluster()): FixDraft => ({
  summary: 'Restart it.',
  steps: [
    looked,
    ...restartPods({ ...place, cluster: where }, { kind: 'Deployment', name: 'a', pods: [{ name: 'a-1' }] }).steps,
    looked,
  ],
});
const held = (facts: Facts, fix: FixDraft = draft(clustersOf(facts.snapshot)[0]?.cluster), ruleId?: string) =>
  holdingRestarts(facts, subjectsOfAccount(facts))(
    { ...renderFix({ ...fix, steps: [] }), steps: fix.steps ?? [] },
    ruleId,
  );

describe('a fix that restarts pods', () => {
  test('is as it is while pods get their role', () => {
    expect(held(clusterOf({}))).toMatchObject({ steps: draft().steps });
    expect(held(clusterOf({}))).not.toHaveProperty('choice');
  });

  test('keeps the steps before the restart while the webhook gives no role', () => {
    const { steps, choice } = held(clusterOf({ pods }));
    expect(steps).toEqual([looked]);
    expect(choice).toMatch(/^Whether new pods get their role: since 2026-10-10T11:00:00Z no new pod of cluster shop/);
  });

  test('keeps what else is to be chosen first', () => {
    expect(held(clusterOf({ pods }), { ...draft(), choice: 'Which role.' }).choice).toMatch(
      /^Which role\. Whether new/,
    );
  });

  test('is held back by a deleted configuration, whatever pods have', () => {
    const { steps, choice } = held(clusterOf(deleted));
    expect([steps, choice]).toEqual([
      [looked],
      'Whether new pods get their role: cluster shop has no pod identity webhook: new pods get no role. A pod that is replaced while they get none loses the role that it has.',
    ]);
  });

  test('is a decision where the webhook may have another name', () => {
    const { steps, choice } = held(clusterOf({ ...deleted, issuer: refused }, elsewhere));
    expect(steps).toHaveLength(3);
    expect(choice).toContain('it is not known whether cluster shop has a webhook under another name');
  });

  test('that shows whether the outage is over is not held by the finding that it is of', () => {
    expect(held(clusterOf({ pods }), draft(), 'webhook-not-injecting').steps).toHaveLength(3);
    expect(held(clusterOf(deleted), draft(), 'webhook-not-injecting').steps).toHaveLength(1);
  });

  test('of another cluster is as it is', () => {
    const other = aCluster({ name: 'depot', arn: 'arn:aws-cn:eks:cn-north-1:222233334444:cluster/depot' });
    expect(held(clusterOf(deleted), draft(other)).steps).toHaveLength(3);
  });

  test('is held back in each of its ways, as is another service account in the template', () => {
    const move = setServiceAccount(place, { kind: 'StatefulSet', name: 'db' }, 'default', 'db');
    const steps = move === undefined ? [] : [move];
    const fix = { summary: 'Do it.', steps: [looked], alternatives: [{ summary: 'Or so.', steps }] };
    const facts = clusterOf(deleted);
    const { alternatives, choice } = holdingRestarts(facts, subjectsOfAccount(facts))({ ...fix, commands: [] });
    expect(alternatives).toEqual([{ summary: 'Or so.', steps: [] }]);
    expect(choice).toContain('no pod identity webhook');
  });
});
