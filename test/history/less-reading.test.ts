/** Unread data makes no change: a run that reads less of the same world has nothing to tell, and the next whole one neither
 *  (docs/delivery.md). */
import { expect, test } from '@jest/globals';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import { type Finding, severities } from '../../lib/model/finding.ts';
import type { Missed } from '../../lib/model/unread.ts';
import { type Evaluation, outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import {
  accountId,
  anEvaluation,
  aRoleFinding,
  aRun,
  foldedOf,
  rolePrefix,
  stateAfter,
} from '../support/drift-builders.ts';
import { fc } from '../support/properties.ts';

const names = ['a', 'b', 'c'] as const;
const details: Missed = { accountId, section: 'role-detail' };

/** A finding after a poor reading: found as it is, not decided, with less evidence, or milder. */
const aLoss = fc.constantFrom('found', 'undecided', 'says less', 'milder');
const aRole = fc.record({ fails: fc.boolean(), severity: fc.constantFrom(...severities), waived: fc.boolean() });
const aWorld = fc.record({ roles: fc.tuple(aRole, aRole, aRole), isCause: fc.boolean() });
type World = typeof aWorld extends fc.Arbitrary<infer T> ? T : never;
type Loss = typeof aLoss extends fc.Arbitrary<infer T> ? T : never;

const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
const causeIn = (found: readonly Finding[]): readonly Finding[] =>
  found.length === 0 ? [] : [aRoleFinding('cause', { severity: 'critical', explains: found.map(foldedOf) })];

const findingsIn = ({ roles }: World): readonly Finding[] =>
  roles.flatMap(({ fails, severity, waived }, index) =>
    fails
      ? [aRoleFinding(names[index] ?? 'a', { severity, data: { text: 'whole' }, ...(waived ? { waiver } : {}) })]
      : [],
  );

const readWhole = (world: World): Evaluation => {
  const found = findingsIn(world);
  const findings = world.isCause ? causeIn(found) : found;
  return anEvaluation({ findings, subjects: [...names, 'cause'].map(name => `${rolePrefix}${name}`) });
};

const lessOf = (finding: Finding, loss: Loss | undefined): readonly Finding[] => {
  if (loss === 'undecided') return [];
  if (loss === 'says less') return [{ ...finding, message: 'less', data: { text: 'less' } }];
  return [loss === 'milder' ? { ...finding, severity: 'info' } : finding];
};

/** The same world, of which less is read. Effects stand alone where their cause is not decided, and it may lose them. */
const readLess = (world: World, losses: readonly Loss[]): Evaluation => {
  const found = findingsIn(world);
  const [ofCause = 'found'] = losses;
  const named = world.isCause
    ? causeIn(found).map(one => (ofCause === 'says less' ? { ...one, explains: [] } : one))
    : [];
  const alone = world.isCause && (ofCause === 'undecided' || ofCause === 'says less');
  const findings = [
    ...named.flatMap(cause => (ofCause === 'undecided' ? [] : lessOf(cause, ofCause))),
    ...(world.isCause && !alone ? [] : found).flatMap((finding, index) => lessOf(finding, losses[index + 1])),
  ];
  const whole = readWhole(world);
  const has = new Set(findings.map(({ id }) => id));
  const undecided = [...whole.findings, ...found].filter(({ id }) => !has.has(id));
  const outcomes = undecided.map(({ ruleId, subject }) => [outcomeKey(ruleId, subject), 'unknown'] as const);
  return { ...whole, findings, missed: [details], outcomes: { ...whole.outcomes, ...Object.fromEntries(outcomes) } };
};

test('a run that reads less tells nothing, and the next whole one neither', () =>
  fc.assert(
    fc.property(aWorld, fc.array(fc.array(aLoss, { minLength: 4, maxLength: 4 }), { maxLength: 4 }), (world, poor) => {
      let known: KnownState = nothingKnown;
      const runs = [readWhole(world), ...poor.map(losses => readLess(world, losses)), readWhole(world)];
      for (const [index, evaluation] of runs.entries()) {
        const stamp = aRun(index + 1);
        const change = reconcile(known, evaluation, stamp);
        known = stateAfter(known, change, stamp.at);
        if (index > 0) expect(change.transitions.filter(isNotifiable).map(({ summary }) => summary)).toEqual([]);
      }
    }),
    { numRuns: 300 },
  ));
