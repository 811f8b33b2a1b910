import { expect, test } from '@jest/globals';
import type { ImpactAnswer } from '../../../lib/impact/impact.ts';
import { issuers, regions } from '../../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../../support/captured-io.ts';
import { useFirstWorld } from '../../support/first-world.ts';

/** `irsa-auditor impact` over the sandbox's first world, whose clusters answer. */
const sandbox = useFirstWorld({ clusters: true });

const ask = (...args: readonly string[]) => {
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  const session = [...regions.flatMap(region => ['--region', region]), ...sandbox.connected()];
  return runCommand(['impact', ...args, ...session], { cwd: sandbox.folder, env });
};

test('the provider of a living cluster: no, with its service accounts and their pods', async () => {
  const { stdout, code } = await ask('provider', 'shop');
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /Safe to delete: no, because:\n {2}service account checkout\/cart of cluster shop has role shop-cart/,
  );
  expect(stdout).toContain('plan replace-cluster shop NEW');
}, 60_000);

test('the provider of a cluster that is gone: yes, by its issuer, with the command', async () => {
  const { stdout, code } = await ask('provider', issuers.old);
  expect(code).toBe(0);
  expect(stdout).toContain('Safe to delete: yes, because its cluster is gone');
  expect(stdout).toContain('aws iam delete-open-id-connect-provider');
}, 60_000);

test('without the inside of clusters, and without issuers: not known, with what reads it', async () => {
  const inside = await ask('cluster', 'shop', '--no-in-cluster', '--json');
  const answer = JSON.parse(inside.stdout) as ImpactAnswer;
  expect([inside.code, answer.safeToDelete]).toEqual([3, 'not known']);
  expect(answer.doubts).toContainEqual(expect.objectContaining({ how: expect.stringContaining('--in-cluster') }));
  const issuer = await ask('provider', issuers.old, '--no-issuers');
  expect(issuer.code).toBe(3);
  expect(issuer.stdout).toContain('no --no-issuers');
}, 60_000);

test('a cluster: its workloads are listed without being asked for', async () => {
  const { stdout } = await ask('cluster', 'shop', '--json');
  const { doubts, users } = JSON.parse(stdout) as ImpactAnswer;
  expect(users).not.toEqual([]);
  expect(doubts.filter(({ what }) => what.includes('workloads'))).toEqual([]);
}, 60_000);

test('a role: its last use is read without being asked for', async () => {
  const { stdout, code } = await ask('role', 'shop-cart', '--json');
  const { losses, safeToDelete } = JSON.parse(stdout) as ImpactAnswer;
  expect([code, safeToDelete]).toEqual([1, 'no']);
  expect(losses).toEqual([expect.objectContaining({ lastUsedAt: expect.anything() })]);
}, 60_000);

test('a name that nothing has is a mistake, not an answer', async () => {
  const { stderr, code } = await ask('service-account', 'checkout/crat', '--cluster', 'shop');
  expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean checkout/cart')]);
}, 60_000);

test('the place of a service account narrows which one is meant, and no other thing has one', async () => {
  const named = await ask('sa/cart', '-n', 'checkout', '--cluster', 'shop', '--account', '111122223333', '--json');
  const { subject } = JSON.parse(named.stdout) as ImpactAnswer;
  expect([named.code, subject]).toEqual([
    1,
    expect.objectContaining({ kind: 'service-account', name: 'checkout/cart' }),
  ]);
  const other = await ask('sa/checkout/cart', '-n', 'orders');
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('no service account of namespace orders')]);
  const account = await ask('role/shop-cart', '--account', '111122223334');
  expect([account.code, account.stderr]).toEqual([2, expect.stringContaining('did you mean 111122223333?')]);
  const role = await ask('role/shop-cart', '--cluster', 'depot');
  expect([role.code, role.stderr]).toEqual([2, expect.stringContaining('the answer for a role is about all of them')]);
}, 60_000);
