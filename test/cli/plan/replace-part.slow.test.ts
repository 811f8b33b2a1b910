import { expect, test } from '@jest/globals';
import type { Plan } from '../../../lib/plan/plan.ts';
import { issuers } from '../../../sandbox/world/scenarios/first-audit.ts';
import { usePlansOfFirstWorld } from '../../support/first-world-plans.ts';

/** `irsa-auditor plan replace-cluster` about a part of the sandbox's first world, whose clusters answer. */
const { run } = await usePlansOfFirstWorld({ clusters: true });
const plan = (...args: readonly string[]) => run('plan', 'replace-cluster', ...args);
const rolesIn = (stdout: string): readonly string[] =>
  (JSON.parse(stdout) as Plan).steps.flatMap(({ change }) =>
    change.kind === 'trust-policy' ? [change.roleArn.split('/').at(-1) ?? ''] : [],
  );

test('a filter narrows the plan to its roles and its service accounts, with all that is told beside the steps', async () => {
  const asked = async (...filter: readonly string[]) => {
    const { stdout } = await plan('shop', 'depot', ...filter, '--json');
    const { notes = [] } = JSON.parse(stdout) as Plan;
    return { roles: rolesIn(stdout), notes: notes.map(({ about, why }) => `${about}: ${why}`) };
  };
  const cart = [expect.stringMatching(/1 service account .*not there yet: checkout\/cart\.$/)];
  expect(await asked('--role', 'shop-cart')).toEqual({ roles: ['shop-cart'], notes: cart });
  // Every service account may assume shop-everyone.
  expect(await asked('--service-account', 'checkout/cart')).toEqual({
    roles: ['shop-cart', 'shop-everyone'],
    notes: cart,
  });
  expect((await asked('-n', 'checkout')).roles).toEqual(['shop-cart', 'shop-everyone', 'shop-ghost-account']);
  const unknown = await plan('shop', 'depot', '-n', 'chekout');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('did you mean checkout?')]);
  const gone = await plan(issuers.old, 'depot', '-n', 'checkout');
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('name the roles with --role')]);
}, 200_000);
