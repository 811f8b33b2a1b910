import { expect, test } from '@jest/globals';
import type { Workbench } from '../../../lib/cli/fix/carry-out.ts';
import type { Journal, JournalEntry } from '../../../lib/cli/fix/journal.ts';
import { undoJournal } from '../../../lib/cli/fix/undo-journal.ts';
import type { ChangeOf } from '../../../lib/model/step.ts';

const at = '2026-11-01T06:00:00Z';
const server = 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com';
const key = 'eks.amazonaws.com/role-arn';
const change: ChangeOf<'service-account-created'> = {
  kind: 'service-account-created',
  cluster: { name: 'shop', server },
  namespace: 'checkout',
  serviceAccount: 'cart',
  annotations: { [key]: 'x' },
};
const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };

/** Undoes the creation of a service account that has these annotations now; the programs that wrote. */
const undo = async (annotations: object | undefined) => {
  const written: string[] = [];
  const bench: Workbench = {
    run: async (tool, args) => {
      if (!args.includes('get')) written.push([tool, ...args].join(' '));
      const stdout = annotations === undefined ? '' : JSON.stringify({ metadata: { annotations } });
      return { code: 0, stdout, stderr: '' };
    },
    ...{ options: { contextOf: () => 'prod' }, contexts: [{ name: 'prod', server }] },
    ...{ now: () => at, confirm: async () => true, say: () => undefined, pause: async () => undefined },
  };
  const journal: Journal = { path: 'x', write: () => undefined, close: () => undefined };
  const entries: readonly JournalEntry[] = [
    { event: 'plan', at, version: 1, steps: 1, from: 'a scan', findings: [] },
    { event: 'begin', at, number: 1, change, before: { kind: 'absent' } },
    { event: 'done', at, number: 1 },
  ];
  const outcome = await undoJournal(entries, journal, bench).catch((error: unknown) => String(error));
  return { outcome, written };
};

test.each([
  ['as it was created', { ...applied, [key]: 'x' }],
  ['as it was created, by another tool', { [key]: 'x' }],
])('a service account that is %s is deleted', async (_, annotations) => {
  const { written } = await undo(annotations);
  expect(written).toEqual([
    'kubectl --context prod --namespace checkout delete --ignore-not-found -- serviceaccount/cart',
  ]);
});

test.each([
  ['another annotation', { [key]: 'x', 'meta.helm.sh/release-name': 'shop' }],
  ['another value', { [key]: 'y' }],
])('a service account with %s since is left, and stops the undoing', async (_, annotations) => {
  expect(await undo(annotations)).toEqual({
    outcome: expect.stringContaining('step 1 is not undone: what it wrote was changed since'),
    written: [],
  });
});
