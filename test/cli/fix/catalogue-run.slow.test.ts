import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { posixCommands } from '../../../lib/fixes/render-step.ts';
import { toolsOf } from '../../../lib/fixes/step.ts';
import { valueOr } from '../../../lib/model/collected.ts';
import { atLeast, type Finding } from '../../../lib/model/finding.ts';
import type { Step } from '../../../lib/model/step.ts';
import { withWay } from '../../../lib/plan/chosen-fix.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { accessOfEdit } from '../../../lib/rules/access/access-change.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { type RunningWorld, useFixBench } from '../../support/fix-bench.ts';
import { changes, examples, type FixCase, prepareWorld, special } from '../../support/fix-cases.ts';
import { sample } from '../../support/sample.ts';

/** The fixes of the catalogue, carried out by the real aws and kubectl on the sandbox: audit, paste, audit again. */

const run = promisify(execFile);
const cases: readonly FixCase[] = [...sample(examples, 6), ...sample(special, 2)];

const bench = useFixBench('catalogue');
afterAll(() => {
  process.stdout.write(`fixes of the catalogue: ${cases.length} cases, with ${bench.used()}\n`);
});
/** The world of a case, as its first audit finds it. */
const within = async <T>(one: FixCase, act: (running: RunningWorld) => Promise<T>): Promise<T> =>
  bench.within(one.facts, world => prepareWorld(world, one), act);
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
