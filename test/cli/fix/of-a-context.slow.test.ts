/** `irsa-auditor fix` for a part of the account: the plan is about what a scan with the same words shows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { runCommand } from '../../support/captured-io.ts';
import { useFirstWorld } from '../../support/first-world.ts';
import { kubeconfigOf } from '../../support/fix-bench.ts';

const sandbox = useFirstWorld({ clusters: true });
beforeAll(() =>
  writeFileSync(join(sandbox.folder, 'kubeconfig'), kubeconfigOf(sandbox.world(), new Map(sandbox.clusters()))),
);
/** As `aws eks update-kubeconfig` names it. */
const contextOf = (name: string, region: string) => `arn:aws:eks:${region}:111122223333:cluster/${name}`;
const ask = async (command: string, words: readonly string[]) => {
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  const args = [
    command,
    ...words,
    '--kubeconfig',
    join(sandbox.folder, 'kubeconfig'),
    '--json',
    ...sandbox.connected(),
  ];
  return JSON.parse((await runCommand(args, { cwd: sandbox.folder, env: { ...env, AWS_REGION: 'us-west-2' } })).stdout);
};

test.each([
  [['--context', contextOf('media', 'eu-central-1')]],
  [['--context', contextOf('store', 'eu-west-1'), '--cluster', 'shop', '--region', 'eu-west-1']],
])(
  '%j',
  async words => {
    const { findings } = (await ask('scan', words)) as RunReport;
    const { fixed, left, steps } = (await ask('fix', words)) as Plan;
    const shown = new Set(findings.map(({ id }) => id));
    expect(shown.size).toBeGreaterThan(1);
    const planned = [...fixed, ...left.map(({ finding }) => finding)].map(({ id }) => id);
    expect(planned.filter(id => !shown.has(id))).toEqual([]);
    expect([...shown].filter(id => !planned.includes(id))).toEqual([]);
    expect(steps.length).toBeGreaterThan(0);
  },
  60_000,
);
