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

test('an association is deleted by the id that EKS gave it, which the journal has', async () => {
  const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
  const roleArn = 'arn:aws:iam::111122223333:role/app';
  const association = {
    ...{ namespace: 'checkout', serviceAccount: 'cart', roleArn },
    ...{ targetRoleArn: null, disableSessionTags: null, policy: null },
  };
  const run = async (left: JournalEntry) => {
    const written: string[] = [];
    const said: string[] = [];
    const bench: Workbench = {
      run: async (tool, args) => {
        const words = [tool, ...args].join(' ');
        if (/delete/.test(words)) written.push(words);
        if (words.includes('get-caller-identity')) return { code: 0, stdout: '111122223333', stderr: '' };
        return { code: 0, stdout: words.includes('list-pod-identity') ? '["a-1"]' : '', stderr: '' };
      },
      ...{ options: {}, contexts: [], now: () => at, confirm: async () => true, pause: async () => undefined },
      say: line => said.push(line),
    };
    const lines: unknown[] = [];
    const journal: Journal = { path: 'x', write: line => lines.push(line), close: () => undefined };
    const outcome = await undoJournal(
      [
        { event: 'plan', at, version: 1, steps: 1, from: 'a scan', findings: [] },
        {
          event: 'begin',
          at,
          number: 1,
          change: { kind: 'association-created', clusterArn, association },
          before: { kind: 'absent' },
        },
        left,
      ],
      journal,
      bench,
    );
    return { outcome, written, said, lines };
  };
  const after = { kind: 'there', text: '["a-1"]' } as const;
  expect(await run({ event: 'done', at, number: 1, after })).toEqual({
    outcome: { undone: 1, kept: [] },
    written: ['aws eks delete-pod-identity-association --cluster-name shop --region eu-west-1 --association-id a-1'],
    ...{ said: ['step 1: undone'], lines: [{ event: 'undone', at, number: 1 }] },
  });
  expect(await run({ event: 'done', at, number: 1 })).toEqual({
    outcome: { undone: 0, kept: ['step 1: cannot be undone: what was there before it is not known'] },
    ...{ written: [], said: [], lines: [] },
  });
});
