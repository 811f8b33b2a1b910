import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { posixCommands } from '../../../lib/fixes/render-step.ts';
import { complete } from '../../../lib/model/collected.ts';
import { atLeast, type Finding } from '../../../lib/model/finding.ts';
import type { AccessChange } from '../../../lib/model/step.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { trustPolicyOf } from '../../../lib/policy/parse/trust-policy-of.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { accessOfEdit } from '../../../lib/rules/access/access-change.ts';
import { data, regions, workloads } from '../../../sandbox/world/scenarios/first-audit.ts';
import type { WorldAccount } from '../../../sandbox/world/world.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import { useFirstWorld } from '../../support/first-world.ts';
import { kubeconfigOf } from '../../support/fix-bench.ts';
import { programs } from '../../support/programs.ts';

/** The whole first world of the sandbox, inside its clusters too: audit, take the plan, run it with the real aws and
 *  kubectl, audit again. */

const run = promisify(execFile);
const sandbox = useFirstWorld({ clusters: true });
let path = '';
beforeAll(async () => {
  const found = await programs();
  path = found.path;
  process.stdout.write(`the first world is fixed with ${found.used}\n`);
  const kubeconfig = join(sandbox.folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(sandbox.world(), sandbox.clusters()));
  Object.assign(process.env, {
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(sandbox.folder, 'cache'),
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
}, 600_000);

const auditor = async <T>(...args: readonly string[]): Promise<T> => {
  const places = ['--in-cluster', '--role-details', ...regions.flatMap(region => ['--region', region])];
  const { stdout, stderr } = await runCommand([...args, '--json', ...places, ...sandbox.connected()], {
    cwd: sandbox.folder,
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as T;
};
const scan = async (): Promise<readonly Finding[]> => (await auditor<RunReport>('scan')).findings;

const paste = async ({ steps }: Plan): Promise<void> => {
  for (const command of posixCommands(steps))
    await run('sh', ['-c', command], { env: { ...process.env, PATH: path }, timeout: 240_000 });
};

/** Roles and providers of an account as facts: enough to decide who may assume what. */
const factsOf = ({ accountId, providers, roles }: WorldAccount): Facts =>
  someFacts({
    roles: complete(
      roles.map(({ name, path: under, trustPolicy }) =>
        aRole({ name, path: under, arn: `arn:aws:iam::${accountId}:role${under}${name}`, trustPolicy }),
      ),
    ),
    providers: complete(
      providers.map(({ url, audiences, thumbprints, tags }) => ({
        arn: `arn:aws:iam::${accountId}:oidc-provider/${url}`,
        detail: complete({ url, audiences, thumbprints, tags }),
      })),
    ),
  });

const named = (list: readonly AccessChange[]): readonly string[] =>
  list.flatMap(({ roleArn, gains }) =>
    gains.flatMap(({ issuer, subjects, patterns, audience }) =>
      [...subjects, ...patterns].map(one => JSON.stringify([roleArn, issuer, audience, one])),
    ),
  );

/** Who gained a role between two states of an account, whatever the steps say. */
const gained = (before: Facts, after: WorldAccount): readonly string[] => {
  const now = factsOf(after);
  const rolesOf = ({ snapshot: { roles } }: Facts) => (roles.status === 'complete' ? roles.value : []);
  return rolesOf(before).flatMap(role => {
    const is = rolesOf(now).find(({ arn }) => arn === role.arn) ?? role;
    const [was, will] = [trustPolicyOf(role), trustPolicyOf(is)];
    return was.ok && will.ok ? named([accessOfEdit(was.policy, will.policy, role, now)]) : [];
  });
};

describe('the first world, fixed', () => {
  test.each([
    ['the account with the clusters', workloads],
    ['the account with the data', data],
  ])(
    '%s: nothing that a fix claims to handle is left, and nobody has a role who was not asked for',
    async (_, accountId) => {
      sandbox.become(accountId);
      const account = sandbox.world().accounts.find(one => one.accountId === accountId);
      if (account === undefined) throw new Error(`no account ${accountId}`);
      const [first, before] = [await scan(), factsOf(structuredClone(account))];
      const plans: Plan[] = [];
      for (const _round of [1, 2]) {
        const plan = await auditor<Plan>('fix');
        await paste(plan);
        plans.push(plan);
      }
      expect(plans[0]?.steps.length).toBeGreaterThan(0);
      const after = await scan();
      const refused = new Set(plans[1]?.left.map(({ finding }) => finding.id));
      const claimed = after.filter(
        one =>
          atLeast(one.severity, 'low') &&
          !refused.has(one.id) &&
          (one.fix.steps ?? []).some(({ change }) => change !== undefined),
      );
      expect(claimed.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
      const ids = new Set(after.map(({ id }) => id));
      const fixed = plans.flatMap(plan => plan.fixed);
      expect(fixed.filter(({ id }) => ids.has(id)).map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
      const known = new Set(first.flatMap(one => [one.id, ...one.explains.map(({ id }) => id ?? '')]));
      // The role that a corrected annotation names may not exist: that is told, and a person decides.
      const isForPerson = (one: Finding): boolean => one.impact === 'breaks' && refused.has(one.id);
      const opened = after.filter(one => !known.has(one.id) && atLeast(one.severity, 'medium') && !isForPerson(one));
      expect(opened.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
      const asked = new Set(named(plans.flatMap(({ steps }) => steps.flatMap(({ access = [] }) => access))));
      expect(gained(before, account).filter(one => !asked.has(one))).toEqual([]);
    },
  );
});
