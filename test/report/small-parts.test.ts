import { expect, test } from '@jest/globals';
import { complete, notAskedFor } from '../../lib/model/collected.ts';
import type { RoleLevel } from '../../lib/model/role-level.ts';
import { addClusterCounts, totalOf } from '../../lib/report/cluster-counts.ts';
import { shortCommand } from '../../lib/report/digest/pointers.ts';
import { levelRowsOf } from '../../lib/report/graph/level-rows.ts';
import { kubernetesEvents } from '../../lib/report/kubernetes-events.ts';
import { aRole, someFacts } from '../support/example-world.ts';
import { aFinding, aReport } from './sample-report.ts';

/** Parts of reports at their limits, each by itself. */

test.each([
  ['one command', { commands: ['aws iam x'] }, 'aws iam x'],
  ['no command', { commands: [] }, undefined],
  ['two commands', { commands: ['a', 'b'] }, undefined],
  ['a choice before it', { commands: ['a'], choice: 'Which one?' }, undefined],
  ['a document', { commands: ['a\nb'] }, undefined],
  ['120 characters', { commands: ['x'.repeat(120)] }, 'x'.repeat(120)],
  ['121 characters', { commands: ['x'.repeat(121)] }, undefined],
  ['a control in it', { commands: ['a\u001b'] }, String.raw`a\u{1b}`],
])('the command of a message: %s', (_, fix, command) => {
  expect(shortCommand(aFinding({ fix: { summary: 's', ...fix } }))).toBe(command);
});

test('the message of an event has at most 1024 bytes, however few characters these are', () => {
  const about = { clusterName: 'shop', namespace: 'orders', serviceAccount: 'cart' };
  const fix = { summary: 'f', commands: [] };
  const messageOf = (message: string) =>
    kubernetesEvents(aReport({ findings: [aFinding({ ...about, message, fix })] }), 'shop')[0]?.message ?? '';
  const rest = ' Fix: f';
  expect(messageOf('x'.repeat(1024 - rest.length))).toBe(`${'x'.repeat(1024 - rest.length)}${rest}`);
  for (const long of ['x'.repeat(1025 - rest.length), '界'.repeat(400), '界'.repeat(600)]) {
    expect(Buffer.byteLength(messageOf(long))).toBeLessThanOrEqual(1024);
    expect(messageOf(long)).not.toContain(rest);
  }
});

const little: RoleLevel = { level: 'little' };
const permissions = (level: RoleLevel, isUnderControls?: true) => ({
  rolePermissions: complete({
    ...{ roles: {}, policies: {}, levels: { [aRole().arn]: level } },
    ...(isUnderControls ? { isUnderControls } : {}),
  }),
});
test('levels are upper bounds as soon as those of one account are', () => {
  const boundsOf = (...accounts: readonly Parameters<typeof someFacts>[0][]) =>
    levelRowsOf(accounts.map(someFacts))?.areUpperBounds ?? false;
  const [under, open] = [permissions(little, true), permissions(little)];
  expect([boundsOf(under), boundsOf(open), boundsOf(under, open), boundsOf(under, under)]).toEqual([
    ...[false, true, true, false],
  ]);
  expect([boundsOf(under, {}), levelRowsOf([someFacts({})])]).toEqual([false, undefined]);
  expect(levelRowsOf([someFacts({ rolePermissions: notAskedFor('iam:GetRolePolicy') })])).toBeUndefined();
});

test('counts of a cluster are added severity by severity, the worst cluster first', () => {
  const open = (critical: number, info: number) => ({ critical, high: 2, medium: 3, low: 4, info });
  const [a, b] = ['arn:a', 'arn:b'];
  const sums = addClusterCounts([
    { clusterArn: a, open: open(0, 5) },
    { clusterArn: b, open: open(1, 1) },
    { clusterArn: a, open: open(0, 7) },
    { open: open(0, 0) },
  ]);
  expect(sums).toEqual([
    { clusterArn: b, open: open(1, 1) },
    { clusterArn: a, open: { critical: 0, high: 4, medium: 6, low: 8, info: 12 } },
    { open: open(0, 0) },
  ]);
  expect(sums.map(one => totalOf(one.open))).toEqual([11, 30, 9]);
});
