import { expect, test } from '@jest/globals';
import { runStep, type Workbench } from '../../../lib/cli/fix/carry-out.ts';
import { act } from '../../../lib/fixes/step.ts';

/** Evictions that a budget of disruptions refuses, as kubectl prints it (recorded with Kubernetes 1.34). */
const refusal =
  "Error from server (TooManyRequests): Cannot evict pod as it would violate the pod's disruption budget.\n";
const server = 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com';
const step = act({
  kind: 'pods-restarted',
  cluster: { name: 'shop', server },
  namespace: 'checkout',
  workload: 'replicationcontroller/cart',
  pods: ['cart-0', 'cart-1'].map(name => ({ name, createdAt: '2026-06-01T00:00:00Z' })),
});

/** Runs the step; `answers` are those of the evictions, one after the other, and the last one from then on. */
const evict = async (answers: readonly string[], isInterrupted = false) => {
  const said: string[] = [];
  let [asked, waited] = [0, 0];
  const bench: Workbench = {
    run: async (_, args) => {
      if (args.includes('get')) return { code: 0, stdout: '2026-06-01T00:00:00Z', stderr: '' };
      const stderr = answers[Math.min(asked, answers.length - 1)] ?? '';
      asked += 1;
      return { code: stderr === '' ? 0 : 1, stdout: '', stderr };
    },
    ...{ options: { contextOf: () => 'prod' }, contexts: [{ name: 'prod', server }] },
    ...{ now: () => '2026-11-01T06:00:00Z', confirm: async () => true, isInterrupted: () => isInterrupted },
    say: line => said.push(line),
    pause: async ms => {
      waited += ms;
    },
  };
  const outcome = await runStep(step, bench).then(
    () => 'done',
    (error: unknown) => String(error),
  );
  return { outcome, asked, waited, said };
};
const waiting = 'waiting: a disruption budget allows no eviction now';

test('an eviction that the budget does not allow yet is asked for again, and the next pod after it', async () => {
  expect(await evict([refusal, refusal, '', refusal, ''])).toEqual({
    ...{ outcome: 'done', asked: 5, waited: 9_000, said: [waiting, waiting] },
  });
});

test('after five minutes it stops', async () => {
  const { outcome, waited, said } = await evict([refusal]);
  expect([outcome, waited, said]).toEqual([expect.stringContaining('TooManyRequests'), 300_000, [waiting]]);
});

test.each([
  ['another refusal', ['Error from server (Forbidden): pods is forbidden\n'], false],
  ['a server that is too busy', ['Error from server (TooManyRequests): too many requests\n'], false],
  ['an interrupt', [refusal], true],
])('%s stops at once', async (_, answers, isInterrupted) => {
  expect(await evict(answers, isInterrupted)).toMatchObject({ asked: 1, waited: 0, said: [] });
});
