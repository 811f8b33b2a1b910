import { expect, test } from '@jest/globals';
import type { Plan } from '../../../lib/plan/plan.ts';
import { usePlansOfFirstWorld } from '../../support/first-world-plans.ts';

/** `irsa-auditor plan pod-identity` over the sandbox's first world, whose clusters answer, with the real aws. */
const { sandbox, run } = await usePlansOfFirstWorld({ clusters: true });
const plan = (...args: readonly string[]) => run('plan', 'pod-identity', '--cluster', 'ledger', '--json', ...args);
const kindsIn = (stdout: string) => (JSON.parse(stdout) as Plan).steps.map(({ change }) => change.kind);
const worldNow = (): string =>
  JSON.stringify(
    sandbox
      .world()
      .accounts.map(({ roles, clusters }) => [
        roles.map(({ name, trustPolicy }) => [name, JSON.parse(trustPolicy)]),
        clusters.map(({ name, associations }) => [
          name,
          associations.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`),
        ]),
      ]),
  );

test('--namespace narrows the plan to its service accounts, and an unknown one is refused', async () => {
  const own = await plan('--namespace', 'books');
  expect([kindsIn(own.stdout), own.code]).toEqual([
    kindsIn((await plan('--service-account', 'books/keeper')).stdout),
    1,
  ]);
  expect(kindsIn(own.stdout)).toContain('association-created');
  expect(kindsIn((await plan('--namespace', 'kube-system')).stdout)).toEqual([]);
  const unknown = await plan('--namespace', 'boks');
  expect([unknown.stderr, unknown.code]).toEqual([expect.stringContaining('--namespace: unknown namespace "boks"'), 2]);
}, 400_000);

test('a service account moves once its SDK is confirmed, and undo goes back', async () => {
  const before = worldNow();
  const shown = await plan();
  expect(kindsIn(shown.stdout)).toEqual(expect.arrayContaining(['trust-policy', 'association-created']));
  const elsewhere = await plan('--apply', '--yes', '--account', '999988887777');
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('unknown AWS account')]);
  const applied = await plan('--role', 'ledger-keeper', '--apply', '--yes', '--journal', 'pods.journal');
  expect(applied.code).toBe(0);
  expect(worldNow()).toContain('books/keeper');
  expect(kindsIn((await plan()).stdout)).not.toContain('association-created');
  const undone = await run('fix', '--undo', 'pods.journal', '--yes');
  expect([undone.code, worldNow()]).toEqual([0, before]);
}, 400_000);
