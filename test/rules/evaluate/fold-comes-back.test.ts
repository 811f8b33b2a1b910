import { expect, test } from '@jest/globals';
import { nothingKnown } from '../../../lib/history/known-state.ts';
import { reconcile } from '../../../lib/history/reconcile.ts';
import { defineRule, failed, pass } from '../../../lib/rules/define-rule.ts';
import { aRun } from '../../support/drift-builders.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const subject = aCluster().arn;
const rule = (id: string, isBroken: boolean, explains: readonly { ruleId: string; subject: string }[] = []) =>
  defineRule({
    id,
    kind: 'cluster',
    impact: 'breaks',
    severity: 'high',
    shownAt: 'provider-exists',
    title: 'healthy',
    fault: 'faulty',
    says: { broken: ['broken', `${id} is broken`] },
    needs: [],
    why: '',
    fix: '',
    references: [],
    check: () =>
      isBroken
        ? failed({ messageId: 'broken', data: {}, evidence: [], explains, fix: { summary: 'fix', steps: [] } })
        : pass,
  });

const runWith = (isCauseBroken: boolean) =>
  evaluate(someFacts(), {
    rules: [rule('the-cause', isCauseBroken, [{ ruleId: 'the-effect', subject }]), rule('the-effect', true)],
  });

test('what is folded is counted with its message and id, and opens under that id when its cause is fixed and it is not', () => {
  const [cause, ...others] = runWith(true).findings;
  expect(others).toEqual([]);
  const [folded] = cause?.explains ?? [];
  expect(folded).toMatchObject({ ruleId: 'the-effect', subject, message: 'the-effect is broken' });
  const first = reconcile(nothingKnown, runWith(true), aRun(1));
  const known = { ...nothingKnown, hasBaseline: true, findings: first.transitions.map(({ after }) => after) };
  const second = reconcile(known, runWith(false), aRun(2));
  expect(second.transitions.map(({ kind, after }) => [kind, after.finding.ruleId, after.finding.id]).sort()).toEqual([
    ['opened', 'the-effect', folded?.id],
    ['resolved', 'the-cause', cause?.id],
  ]);
});
