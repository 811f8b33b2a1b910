import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import { aPod, aReadCluster, aWebhook } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { type RunningWorld, useFixBench } from '../../support/fix-bench.ts';
import { examplesOf } from '../../support/rule-examples.ts';

/** `fix --apply`, then `fix --undo`, with the real aws and kubectl: what was there before is there again. */
const run = promisify(execFile);
const bench = useFixBench('undo-run');

const exampleOf = (ruleId: string): Facts => {
  const rule = catalog.find(({ id }) => id === ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return examplesOf(rule).fail.facts();
};
/** The add-ons and associations of EKS; an association has a new id after it was created again. */
const inEks = async ({ world }: RunningWorld): Promise<unknown> =>
  world.accounts.flatMap(({ clusters }) =>
    clusters.map(({ addons, associations }) =>
      structuredClone({ addons, associations: associations.map(({ id: _, createdAt: __, ...rest }) => rest) }),
    ),
  );
const inKubernetes =
  (...words: readonly string[]) =>
  async ({ env, world }: RunningWorld): Promise<unknown> => {
    const [arn = ''] = [...world.kubernetes.keys()];
    const { stdout } = await run('kubectl', ['--context', arn, 'get', ...words, '--output', 'json'], { env });
    const { items } = JSON.parse(stdout) as { readonly items: readonly Record<string, unknown>[] };
    return items
      .map(({ kind, metadata, ...rest }) => [kind, (metadata as { readonly name: string }).name, rest])
      .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  };

interface Case {
  readonly title: string;
  readonly ruleId: string;
  readonly facts: Facts;
  readonly state: (running: RunningWorld) => Promise<unknown>;
  readonly prepare?: (inside: KubernetesWorld) => void;
  /** By the way back somebody gains a role: a person is asked. */
  readonly givesRole?: true;
}
const cases: readonly Case[] = [
  {
    title: 'the role of an add-on',
    ruleId: 'addon-role-differs',
    facts: exampleOf('addon-role-differs'),
    state: inEks,
    givesRole: true,
  },
  {
    title: 'a Pod Identity association that was deleted',
    ruleId: 'pod-identity-service-account-missing',
    facts: exampleOf('pod-identity-service-account-missing'),
    state: inEks,
    givesRole: true,
  },
  {
    title: 'a role that a service account of a namespace without owner could assume',
    ruleId: 'trust-subject-unknown-namespace',
    facts: exampleOf('trust-subject-unknown-namespace'),
    state: async ({ world }) =>
      world.accounts.flatMap(({ roles }) => roles.map(({ trustPolicy }): unknown => JSON.parse(trustPolicy))),
    givesRole: true,
  },
  {
    title: 'a ClusterRole that was there, and its binding, which was not',
    ruleId: 'cluster-unauditable',
    facts: exampleOf('cluster-unauditable'),
    state: inKubernetes('clusterroles,clusterrolebindings'),
    prepare: inside => {
      const rules = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }];
      const apiVersion = 'rbac.authorization.k8s.io/v1';
      Object.assign(inside, {
        others: [
          ...(inside.others ?? []),
          { kind: 'ClusterRole', apiVersion, metadata: { name: 'irsa-auditor' }, rules },
        ],
      });
    },
  },
  {
    title: 'a webhook with a condition of its own',
    ruleId: 'webhook-invalid',
    facts: someFacts({
      settings: { inCluster: true },
      clusters: complete([
        aReadCluster({
          webhook: complete(aWebhook({ matchConditions: [{ name: 'never', expression: 'false' }] })),
          pods: complete([aPod()]),
        }),
      ]),
    }),
    state: inKubernetes('mutatingwebhookconfigurations'),
  },
];

test.each(cases)(
  '$title',
  async ({ title, ruleId, facts, state, prepare, givesRole }) => {
    await bench.within(
      facts,
      world => {
        for (const inside of world.kubernetes.values()) prepare?.(inside);
      },
      async running => {
        const { findings } = JSON.parse((await bench.command(running, ['scan', '--json'])).stdout) as RunReport;
        const found = findings.find(one => one.ruleId === ruleId && one.fix.steps?.some(({ change }) => change));
        if (found === undefined) throw new Error(`found ${findings.map(one => one.ruleId)}`);
        const before = await state(running);
        const journal = `${title.replace(/\W/g, '-')}.journal`;
        const applied = await bench.command(running, [
          ...['fix', found.id, '--choose', '1', '--apply', '--yes', '--journal', journal],
        ]);
        expect(applied.stderr).toContain('step 1: done');
        expect(await state(running)).not.toEqual(before);
        if (givesRole === true) {
          const left = await bench.command(running, ['fix', '--undo', journal, '--yes']);
          expect([left.stderr, left.code]).toEqual([expect.stringContaining('step 1: not undone with --yes'), 3]);
          expect(await state(running)).not.toEqual(before);
        }
        const undone = await bench.command(
          running,
          ['fix', '--undo', journal, ...(givesRole ? [] : ['--yes'])],
          givesRole ? 'y\n' : undefined,
        );
        expect([undone.stderr, undone.code]).toEqual([expect.stringContaining('step 1: undone'), 0]);
        expect(await state(running)).toEqual(before);
        const again = await bench.command(running, ['fix', '--undo', journal, '--yes']);
        expect([again.stderr, again.code]).toEqual(['0 steps undone\n', 0]);
      },
    );
  },
  240_000,
);
