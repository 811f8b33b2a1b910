/** The faults whose fixes are carried out: the examples of the catalogue, and what a real API server refuses or leaves. */
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Step } from '../../lib/model/step.ts';
import { waysOf } from '../../lib/plan/chosen-fix.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { KubernetesWorld } from '../../sandbox/world/kubernetes-world.ts';
import type { World } from '../../sandbox/world/world.ts';
import { notRun } from '../../scripts/docs/fixes-page.ts';
import { aContainer, aPod, aReadCluster, aWebhook } from './example-cluster.ts';
import { someFacts } from './example-world.ts';
import { examplesOf } from './rule-examples.ts';

/** The steps of a finding that change something. */
export const changes = (finding: Finding): readonly Step[] =>
  (finding.fix.steps ?? []).filter(({ change }) => change !== undefined);

/** A fault, what finds it, and what is done to its world before the first audit. */
export interface FixCase {
  readonly title: string;
  readonly ruleId: string;
  readonly facts: Facts;
  readonly prepare?: (inside: KubernetesWorld) => void;
  /** Which of the ways of the fix is carried out, counted from 1: the first, unless said. */
  readonly way?: number;
}

/** The webhook's fix needs the certificate authority of the cluster, which only a read cluster has. */
const hasFixWhenRead = (id: string): boolean => id.startsWith('webhook-');

/** The first failing example of each rule whose fix has a step, once for each way. */
export const examples: readonly FixCase[] = catalog
  .filter(({ id }) => !(id in notRun))
  .flatMap(rule => {
    const facts = examplesOf(rule).fail.facts();
    const { findings } = evaluate(facts, { rules: [rule] });
    const isFixable = findings.some(one => changes(one).length > 0) || hasFixWhenRead(rule.id);
    if (!isFixable) return [];
    const others = findings.flatMap(({ fix }) => waysOf(fix).slice(1));
    return [
      { title: rule.id, ruleId: rule.id, facts },
      ...others.map((_, at) => ({ title: `${rule.id}, way ${at + 2}`, ruleId: rule.id, facts, way: at + 2 })),
    ];
  });

const bare = { awsVariables: [], irsaEnvironment: {}, mounts: {} };
const webhook = (title: string, over: Parameters<typeof aWebhook>[0], prepare?: FixCase['prepare']): FixCase => ({
  title,
  ruleId: 'webhook-invalid',
  facts: someFacts({
    settings: { inCluster: true },
    clusters: complete([
      aReadCluster({
        webhook: complete(aWebhook(over)),
        pods: complete([aPod({ containers: [aContainer(bare)], volumes: [] })]),
      }),
    ]),
  }),
  ...(prepare === undefined ? {} : { prepare }),
});

const lastApplied: FixCase['prepare'] = inside => {
  const [found] = inside.webhooks as [{ metadata: Record<string, unknown>; webhooks: unknown }];
  const { metadata, webhooks } = found;
  const text = JSON.stringify({ ...found, metadata: { name: metadata.name }, webhooks });
  metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': text };
};

const notInjected = (
  title: string,
  kind: string,
  prepare?: (workload: { spec: Record<string, unknown> }) => void,
): FixCase => ({
  title,
  ruleId: 'pod-not-injected',
  facts: someFacts({
    settings: { inCluster: true },
    clusters: complete([
      aReadCluster({
        pods: complete([aPod({ owner: { kind, name: 'cart' }, containers: [aContainer(bare)], volumes: [] })]),
      }),
    ]),
  }),
  prepare: inside => {
    for (const one of inside.others ?? []) prepare?.(one as { spec: Record<string, unknown> });
  },
});

const label = { matchLabels: { irsa: 'enabled' }, matchExpressions: [] };
/** A service in place of the url. */
const byService: FixCase['prepare'] = inside => {
  const [{ webhooks }] = inside.webhooks as [{ webhooks: { clientConfig: Record<string, unknown> }[] }];
  for (const { clientConfig } of webhooks) {
    delete clientConfig.url;
    clientConfig.service = { namespace: 'kube-system', name: 'webhook', path: '/mutate' };
  }
};

/** The refusals of a real API server, and the objects it left as they were (test/fixtures/kubernetes-writes, 04 to 08
 *  and 14). */
export const special: readonly FixCase[] = [
  webhook('a wrong namespaceSelector', { namespaceSelector: label }),
  webhook('a wrong namespaceSelector of a configuration that was applied', { namespaceSelector: label }, lastApplied),
  webhook('a wrong objectSelector', { objectSelector: label }),
  webhook('a condition that is never true', { matchConditions: [{ name: 'never', expression: 'false' }] }),
  webhook('a service in place of the url', {}, byService),
  notInjected('a DaemonSet', 'DaemonSet'),
  notInjected('a StatefulSet with OnDelete', 'StatefulSet', ({ spec }) => {
    spec.updateStrategy = { type: 'OnDelete' };
  }),
  notInjected('a running Job of a CronJob', 'CronJob'),
];

/** Prepares the world of a case, as its first audit finds it. */
export const prepareWorld = (world: World, { ruleId, prepare }: FixCase): void => {
  for (const inside of world.kubernetes.values()) prepare?.(inside);
  // Examples of Pod Identity say nothing of the agent that all of them need.
  for (const { associations, addons } of world.accounts.flatMap(({ clusters }) => clusters))
    if (associations.length > 0 && ruleId !== 'pod-identity-agent-missing')
      addons?.push({ name: 'eks-pod-identity-agent' });
};
