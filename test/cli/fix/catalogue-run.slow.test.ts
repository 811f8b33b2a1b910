import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { posixCommands } from '../../../lib/fixes/render-step.ts';
import { toolsOf } from '../../../lib/fixes/step.ts';
import { complete, valueOr } from '../../../lib/model/collected.ts';
import { atLeast, type Finding } from '../../../lib/model/finding.ts';
import type { Step } from '../../../lib/model/step.ts';
import { waysOf, withWay } from '../../../lib/plan/chosen-fix.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { accessOfEdit } from '../../../lib/rules/access/access-change.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { notRun } from '../../../scripts/docs/fixes-page.ts';
import { aContainer, aPod, aReadCluster, aWebhook } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench } from '../../support/fix-bench.ts';
import { examplesOf } from '../../support/rule-examples.ts';
import { sample } from '../../support/sample.ts';

/** The fixes of the catalogue, carried out by the real aws and kubectl on the sandbox: audit, paste, audit again. */

const run = promisify(execFile);
const changes = (finding: Finding): readonly Step[] =>
  (finding.fix.steps ?? []).filter(({ change }) => change !== undefined);

/** A fault, what finds it, and what is done to its world before the first audit. */
interface Case {
  readonly title: string;
  readonly ruleId: string;
  readonly facts: Facts;
  readonly prepare?: (inside: KubernetesWorld) => void;
  /** Which of the ways of the fix is carried out, counted from 1: the first, unless said. */
  readonly way?: number;
}

/** The webhook's fix needs the certificate authority of the cluster, which only a read cluster has. */
const hasFixWhenRead = (id: string): boolean => id.startsWith('webhook-');

const examples: readonly Case[] = catalog
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
const webhook = (title: string, over: Parameters<typeof aWebhook>[0], prepare?: Case['prepare']): Case => ({
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

const lastApplied: Case['prepare'] = inside => {
  const [found] = inside.webhooks as [{ metadata: Record<string, unknown>; webhooks: unknown }];
  const { metadata, webhooks } = found;
  const text = JSON.stringify({ ...found, metadata: { name: metadata.name }, webhooks });
  metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': text };
};

const notInjected = (
  title: string,
  kind: string,
  prepare?: (workload: { spec: Record<string, unknown> }) => void,
): Case => ({
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
const byService: Case['prepare'] = inside => {
  const [{ webhooks }] = inside.webhooks as [{ webhooks: { clientConfig: Record<string, unknown> }[] }];
  for (const { clientConfig } of webhooks) {
    delete clientConfig.url;
    clientConfig.service = { namespace: 'kube-system', name: 'webhook', path: '/mutate' };
  }
};

/** The refusals of a real API server, and the objects it left as they were (test/fixtures/kubernetes-writes, 04 to 08
 *  and 14). */
const special: readonly Case[] = [
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
const cases: readonly Case[] = [...sample(examples, 6), ...sample(special, 2)];

const bench = useFixBench('catalogue');
afterAll(() => {
  process.stdout.write(`fixes of the catalogue: ${cases.length} cases, with ${bench.used()}\n`);
});
/** The world of a case, as its first audit finds it. */
const within = async <T>({ facts, ruleId, prepare }: Case, act: (running: RunningWorld) => Promise<T>): Promise<T> =>
  bench.within(
    facts,
    world => {
      for (const inside of world.kubernetes.values()) prepare?.(inside);
      // Examples of Pod Identity say nothing of the agent that all of them need.
      for (const { associations, addons } of world.accounts.flatMap(({ clusters }) => clusters))
        if (associations.length > 0 && ruleId !== 'pod-identity-agent-missing')
          addons?.push({ name: 'eks-pod-identity-agent' });
    },
    act,
  );
const audit = async (running: RunningWorld): Promise<readonly Finding[]> => {
  const { stdout, stderr } = await bench.command(running, ['scan', '--json']);
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as RunReport).findings;
};

const paste = async (steps: readonly Step[], running: RunningWorld): Promise<void> => {
  for (const command of posixCommands(steps)) await inShell(command, running);
};

/** kubectl restarts a workload once a second at most, and says so: the second time comes after that second. */
const inShell = async (command: string, { env }: RunningWorld): Promise<void> => {
  const once = () => run('sh', ['-c', command], { env, timeout: 240_000 });
  try {
    await once();
  } catch (error) {
    if (!/restart has already been triggered within the past second/.test(String(error))) throw error;
    await setTimeout(1_000);
    await once();
  }
};

/** Who gained by what stands in IAM now, beyond what the steps said. */
const unsaid = (facts: Facts, world: World, steps: readonly Step[]): readonly string[] => {
  const said = new Set(
    steps.flatMap(({ access = [] }) => access.flatMap(one => one.gains.map(set => JSON.stringify([one.roleArn, set])))),
  );
  return valueOr(facts.snapshot.roles, []).flatMap(role => {
    const now = world.accounts[0]?.roles.find(one => one.name === role.name)?.trustPolicy ?? '';
    const [was, is] = [trustPolicyOf(role), trustPolicyOf({ trustPolicy: now })];
    if (now === role.trustPolicy || !is.ok) return is.ok ? [] : [`${role.name} has no policy that can be read`];
    if (!was.ok) return [];
    const { gains } = accessOfEdit(was.policy, is.policy, role, facts);
    return gains.map(set => JSON.stringify([role.arn, set])).filter(text => !said.has(text));
  });
};

describe('a fix of the catalogue, pasted into a shell, fixes its finding, opens no other and gives nothing unsaid', () => {
  test.each(cases)('$title', async one => {
    const { ruleId, facts } = one;
    await within(one, async running => {
      const before = await audit(running);
      const found = before.filter(each => each.ruleId === ruleId && changes(each).length > 0);
      const finding = found[0] && withWay(found[0], one.way ?? 1);
      if (finding === undefined)
        throw new Error(`not found with a step: ${before.map(each => `${each.ruleId}: ${each.message}`).join('; ')}`);
      const steps = changes(finding);
      await paste(steps, running);
      const after = await audit(running);
      const known = new Set(before.flatMap(each => [each.id, ...each.explains.map(({ id }) => id ?? '')]));
      const opened = after.filter(({ id, severity }) => !known.has(id) && atLeast(severity, 'low'));
      expect({
        still: after.filter(({ id }) => id === finding.id).map(({ message }) => message),
        opened: opened.map(({ severity, ruleId: id, message }) => `${severity} ${id}: ${message}`),
        unsaid: unsaid(facts, running.world, steps),
      }).toEqual({ still: [], opened: [], unsaid: [] });
      // A write of kubectl may be done twice, but for the webhook: its patch is for the version that was read.
      const again = steps.filter(
        step =>
          toolsOf(step).includes('kubectl') &&
          !(step.change?.kind === 'webhook-restored' && step.change.version !== undefined),
      );
      if (again.length === 0) return;
      await paste(again, running);
      expect((await audit(running)).map(({ id }) => id).sort()).toEqual(after.map(({ id }) => id).sort());
    });
  });
});
