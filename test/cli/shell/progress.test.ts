/** The line of progress for a run of events, as a terminal gets it. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/run-audit.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { progress } from '../../../lib/cli/shell/progress.ts';

const told = (
  events: readonly (readonly [second: number, event: AuditEvent])[],
  { isTerminal = true, env = {} }: { readonly isTerminal?: boolean; readonly env?: Io['env'] } = {},
): readonly string[] => {
  let now = 0;
  const stderr = new PassThrough();
  const at = () => new Date(Date.UTC(2026, 10, 1) + now * 1000).toISOString();
  const { tell, done } = progress({ stderr, env, now: at, stderrIsTerminal: isTerminal } as unknown as Io);
  for (const [second, event] of events) {
    now = second;
    tell(event);
  }
  done();
  return String(stderr.read() ?? '')
    .split('\r\u001b[K')
    .slice(1);
};
const started = (step: AuditEvent['step'], total?: number) =>
  ({ kind: 'step-started', step, ...(total === undefined ? {} : { total }) }) as AuditEvent;
const item = (step: AuditEvent['step']) => ({ kind: 'item-ended', step, item: 'x', ok: true }) as unknown as AuditEvent;

test('each step by its name, of several items how many, and the time left once one has ended', () => {
  expect(
    told([
      [0, started('list-targets')],
      [1, { kind: 'step-ended', step: 'list-targets' }],
      [2, started('collect-account', 4)],
      [5, item('collect-account')],
      [6, item('collect-cluster')],
      [8, item('collect-account')],
      [11, item('collect-account')],
      [14, item('collect-account')],
      [20, started('collect-cluster', 1)],
      [21, item('collect-cluster')],
      [22, started('index-issuers')],
      [22, started('probe-issuers', 3)],
      [22.5, item('probe-issuers')],
      [23, started('evaluate-account', 2)],
      [24, started('notify-drift')],
      [25, started('complete-run')],
      [26, started('other' as AuditEvent['step'])],
    ]),
  ).toEqual([
    ...['listing accounts …', 'listing accounts …'],
    ...['reading IAM and EKS 0/4 …', 'reading IAM and EKS 1/4, about 9 s left …'],
    ...['reading IAM and EKS 1/4, about 12 s left …', 'reading IAM and EKS 2/4, about 6 s left …'],
    ...['reading IAM and EKS 3/4, about 3 s left …', 'reading IAM and EKS 4/4 …'],
    ...['reading clusters …', 'reading clusters …', 'matching issuers …'],
    ...['probing issuers 0/3 …', 'probing issuers 1/3, about 1 s left …'],
    ...['deciding 0/2 …', 'comparing …', 'finishing …', 'other …', ''],
  ]);
});

test('nothing where stderr is no terminal, or a dumb one', () => {
  const events = [[0, started('list-targets')]] as const;
  expect([told(events, { isTerminal: false }), told(events, { env: { TERM: 'dumb' } })]).toEqual([[], []]);
});
