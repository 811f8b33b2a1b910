import { expect, test } from '@jest/globals';
import type { Plan } from '../../../lib/plan/plan.ts';
import { issuers } from '../../../sandbox/world/scenarios/first-audit.ts';
import { usePlansOfFirstWorld } from '../../support/first-world-plans.ts';

/** `irsa-auditor plan replace-cluster` over the sandbox's first world, with the real aws and kubectl. */
const { sandbox, run } = await usePlansOfFirstWorld();
const plan = (...args: readonly string[]) => run('plan', 'replace-cluster', ...args);
const rolesIn = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as Plan).steps.flatMap(({ change }) =>
    change.kind === 'trust-policy' ? [change.roleArn.split('/').at(-1) ?? ''] : [],
  );
const policies = (): string =>
  JSON.stringify(
    sandbox
      .world()
      .accounts.flatMap(({ roles }) => roles.map(({ name, trustPolicy }) => [name, JSON.parse(trustPolicy)])),
  );

test('what is applied is verified, what opens wide is left to a person, and undo goes back', async () => {
  const before = policies();
  const all = await plan('shop', 'depot', '--json');
  expect(all.code).toBe(1);
  expect(rolesIn(all.stdout)).toContain('shop-everyone');
  const applied = await plan('shop', 'depot', '--json', '--apply', '--yes', '--journal', 'blue.journal');
  expect([applied.code, applied.stderr]).toEqual([0, expect.stringMatching(/steps? done, journal blue.journal/)]);
  expect(rolesIn(applied.stdout)).not.toContain('shop-everyone');
  expect(applied.stdout).toContain('Name it with --role shop-everyone');
  expect(policies()).toContain(issuers.depot.replace('https://', ''));
  expect(rolesIn((await plan('shop', 'depot', '--json')).stdout)).toEqual(['shop-everyone']);
  const undone = await run('fix', '--undo', 'blue.journal', '--yes');
  expect(undone.code).toBe(0);
  expect(policies()).toBe(before);
}, 400_000);

test('as Terraform, as a script, and for one role alone', async () => {
  const terraform = await plan('shop', 'depot', '--role', 'shop-cart', '--format', 'terraform');
  expect(terraform.stdout).toContain(`variable = "${issuers.depot.replace('https://', '')}:sub"`);
  expect(terraform.stdout).not.toContain('shop-everyone');
  const script = await plan('shop', 'depot', '--role', 'shop-cart', '--script', 'blue.sh');
  expect([script.code, script.stderr]).toEqual([1, expect.stringContaining('blue.sh: 1 step')]);
}, 100_000);

test('names that nothing has, and one cluster twice', async () => {
  const unknown = await plan('shop', 'depott');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean depot')]);
  const twice = await plan('shop', issuers.shop);
  expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('are one cluster')]);
}, 100_000);
