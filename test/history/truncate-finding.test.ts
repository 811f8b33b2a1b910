import { describe, expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { truncateFinding } from '../../lib/history/truncate-finding.ts';
import { aFinding, anEvaluation, aRun, stateAfter } from '../support/drift-builders.ts';

const long = (unit: string) => unit.repeat(60_000 / unit.length);
const lists = Object.fromEntries(
  ['a', 'b', 'c'].map(name => [name, Array.from({ length: 900 }, () => 'n'.repeat(2000))]),
);
const evidence = Array.from({ length: 500 }, (_, n) => ({
  what: `w${n}`,
  got: long('é'),
  data: { got: long('é'), ...lists },
  wanted: long('x'),
  readFrom: 'iam:ListRoles',
}));
const huge = aFinding({
  discriminator: long('d'),
  roleArn: long('r'),
  namespace: long('n'),
  serviceAccount: long('s'),
  data: { key: long('é'), count: 5, ...lists },
  message: long('message '),
  podError: long('error '),
  evidence,
  fix: {
    summary: long('summary '),
    choice: long('choice '),
    commands: Array.from({ length: 9 }, (_, n) => `command ${n} ${'x'.repeat(5000)}`),
    terraform: long('t'),
    cdk: long('c'),
  },
  explains: Array.from({ length: 500 }, (_, n) => ({ id: `${n}`, ruleId: 'r', subject: `s${n}`, message: long('m') })),
});

describe('a finding as it is kept', () => {
  test('is itself where it is of usual size', () => {
    const usual = aFinding({ podError: 'x', fix: { summary: 's', commands: ['c'], terraform: 't', cdk: 'd' } });
    expect(truncateFinding(usual)).toEqual(usual);
  });

  test('fits into an item whatever its size, and says that commands are missing', () => {
    const kept = truncateFinding(huge);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(380 * 1024);
    expect(kept.evidence.length).toBeGreaterThan(0);
    expect(Object.keys(kept.data)).toEqual(Object.keys(huge.data));
    for (const part of [kept.discriminator, kept.roleArn, kept.namespace, kept.serviceAccount])
      expect(part?.length).toBeLessThanOrEqual(700);
    expect(kept.explains.length).toBeGreaterThan(0);
    expect(kept.fix.summary).toMatch(/see the report of the run\.$/);
    expect(kept.fix).not.toHaveProperty('terraform');
    expect(kept.fix).not.toHaveProperty('cdk');
  });

  test('has whole commands or none', () => {
    const { commands } = truncateFinding(huge).fix;
    expect(commands).toEqual(huge.fix.commands.slice(0, commands.length));
    expect(commands).toHaveLength(4);
  });

  test('is the same when it is bounded again, and when a run finds it again', () => {
    expect(truncateFinding(truncateFinding(huge))).toEqual(truncateFinding(huge));
    const found = anEvaluation({ findings: [huge] });
    const first = reconcile(nothingKnown, found, aRun(1));
    expect(reconcile(stateAfter(nothingKnown, first, aRun(1).at), found, aRun(2)).transitions).toEqual([]);
  });
});

test('of a step the change is kept, and not who gains a role: that is worked out where it is used', () => {
  const change = { kind: 'trust-policy', roleArn: 'r', before: '{}', after: '{"Version":"2012-10-17"}' } as const;
  const step = { change, access: [{ roleArn: 'r', gains: [], loses: [] }] };
  const fix = { summary: 's', commands: [], steps: [step], alternatives: [{ summary: 't', steps: [step] }] };
  expect(truncateFinding(aFinding({ fix })).fix).toEqual({
    ...{ summary: 's', commands: [], steps: [{ change }], alternatives: [{ summary: 't', steps: [{ change }] }] },
  });
});
