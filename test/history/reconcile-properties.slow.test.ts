import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../lib/history/digest.ts';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { isToSend, type Reconciled, reconcile } from '../../lib/history/reconcile.ts';
import { type Finding, severities } from '../../lib/model/finding.ts';
import { type Evaluation, type Outcome, outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import {
  accountId,
  aFact,
  anEvaluation,
  aRoleFinding,
  aRun,
  rolePrefix,
  stateAfter,
} from '../support/drift-builders.ts';
import { fc } from '../support/properties.ts';

const rules = ['trust-any-subject', 'trust-provider-missing'];
const names = ['a', 'b', 'c', 'd'];

/** The outcome of one rule on one role. */
const cell = fc.oneof(
  fc.record({
    severity: fc.constantFrom(...severities),
    message: fc.constantFrom('one', 'two', 'ends in 3 days', 'ends in 4 days'),
    waived: fc.boolean(),
  }),
  fc.constantFrom<Outcome>('pass', 'n/a', 'unknown', 'explained', 'off'),
  fc.constant(undefined),
);

/** An evaluation of an account with up to four roles, some of which may be gone or unread. */
const evaluation: fc.Arbitrary<Evaluation> = fc
  .record({
    cells: fc.array(cell, { minLength: 8, maxLength: 8 }),
    present: fc.subarray(names),
    isRead: fc.boolean(),
    values: fc.array(fc.constantFrom('x', 'y', undefined), { minLength: 4, maxLength: 4 }),
    unread: fc.subarray(['pods', 'role-detail', 'providers'] as const),
  })
  .map(({ cells, present, isRead, values, unread }) => {
    const findings: Finding[] = [];
    const outcomes: Record<string, Outcome> = {};
    for (const [index, content] of cells.entries()) {
      const name = names[index % 4] ?? 'a';
      const ruleId = rules[Math.floor(index / 4)] ?? '';
      if (!present.includes(name) || content === undefined) continue;
      if (typeof content === 'string') outcomes[outcomeKey(ruleId, rolePrefix + name)] = content;
      else {
        const { severity, message, waived } = content;
        const waiver = waived ? { waiver: { reason: 'r', owner: 'o', expires: '2027-01-01' } } : {};
        findings.push(aRoleFinding(name, { ruleId, severity, message, ...waiver }));
        outcomes[outcomeKey(ruleId, rolePrefix + name)] = 'fail';
      }
    }
    const watched = present.flatMap(name => {
      const value = values[names.indexOf(name)];
      return value === undefined ? [] : [aFact({ subject: rolePrefix + name, value })];
    });
    return anEvaluation({
      findings,
      outcomes,
      watched,
      subjects: present.map(name => rolePrefix + name),
      missed: unread.map(section => ({ accountId: '111122223333', section })),
      ...(isRead ? {} : { closedScopes: [], openScopes: [rolePrefix] }),
    });
  });

const history = fc.array(evaluation, { minLength: 1, maxLength: 6 });

/** Runs the evaluations one after the other; gives each state and what led to it. */
const play = (evaluations: readonly Evaluation[]) => {
  let known: KnownState = nothingKnown;
  const steps: { readonly before: KnownState; readonly change: Reconciled; readonly found: Evaluation }[] = [];
  for (const [index, found] of evaluations.entries()) {
    const change = reconcile(known, found, aRun(index + 1));
    steps.push({ before: known, change, found });
    known = stateAfter(known, change, aRun(index + 1).at);
  }
  return { known, steps };
};

const shuffled = <T>(items: readonly T[], seed: number): readonly T[] =>
  [...items].sort(
    (a, b) => ((JSON.stringify(a).length * 31 + seed) % 7) - ((JSON.stringify(b).length * 17 + seed) % 7),
  );

describe('for every history of an account', () => {
  test('the same evaluation a second time changes nothing', () => {
    fc.assert(
      fc.property(history, evaluations => {
        const { known } = play(evaluations);
        const again = reconcile(known, evaluations.at(-1) ?? anEvaluation(), aRun(20));
        expect([again.transitions, again.factChanges, again.watched]).toEqual([[], [], []]);
      }),
    );
  });

  test('what was not read never resolves, and what is resolved has a reason', () => {
    fc.assert(
      fc.property(history, evaluations => {
        for (const { change, found } of play(evaluations).steps)
          for (const { kind, after } of change.transitions) {
            if (kind !== 'resolved') continue;
            const key = outcomeKey(after.finding.ruleId, after.finding.subject);
            expect(found.outcomes[key]).not.toBe('unknown');
            expect(after.resolution).toBeTruthy();
            const isThere = found.subjects.includes(after.finding.subject);
            expect(isThere || found.closedScopes.some(scope => after.finding.subject.startsWith(scope))).toBe(true);
          }
      }),
    );
  });

  test('a finding is open or waived exactly while it is found, or could not be refuted', () => {
    fc.assert(
      fc.property(history, evaluations => {
        const { known, steps } = play(evaluations);
        const last = steps.at(-1)?.found;
        const found = new Set(last?.findings.map(({ id }) => id));
        for (const item of known.findings) {
          if (found.has(item.finding.id)) expect(item.status).not.toBe('resolved');
          else expect(item.status === 'resolved' || item.unconfirmedSince !== undefined).toBe(true);
        }
      }),
    );
  });

  test('the order of what is known and found makes no difference', () => {
    fc.assert(
      fc.property(history, evaluation, fc.nat(6), (evaluations, found, seed) => {
        const { known } = play(evaluations);
        const other = { ...known, findings: shuffled(known.findings, seed), watched: shuffled(known.watched, seed) };
        const mixed = {
          ...found,
          findings: shuffled(found.findings, seed),
          subjects: shuffled(found.subjects, seed),
          watched: shuffled(found.watched, seed),
        };
        expect(reconcile(other, mixed, aRun(20))).toEqual(reconcile(known, found, aRun(20)));
      }),
    );
  });

  test('versions count up by one, and replaying the transitions gives the state', () => {
    fc.assert(
      fc.property(history, evaluations => {
        const { known, steps } = play(evaluations);
        const replayed = new Map(
          steps
            .flatMap(({ change }) => change.transitions)
            .map(({ before, after }) => {
              expect(after.version).toBe((before?.version ?? 0) + 1);
              return [after.finding.id, after] as const;
            }),
        );
        expect([...replayed.values()]).toEqual(expect.arrayContaining([...known.findings]));
        expect(replayed.size).toBe(known.findings.length);
      }),
    );
  });

  test('every step worth telling is in exactly one digest, however sending and crashing mix', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(fc.constantFrom('send', 'crash', 'skip'), { minLength: 6, maxLength: 6 }),
        async (evaluations, fates) => {
          const store = memoryFindingStore();
          const expected: string[] = [];
          const told = new Map<string, string[]>();
          const sendAll = async (marks: boolean, number: number) => {
            const pending = await store.pending();
            const context = {
              ...aRun(number),
              minSeverity: 'info' as const,
              openBySeverity: await store.openBySeverity(),
              gaps: 0,
              links: {},
            };
            const digest = digestOf(pending, context);
            if (digest !== undefined)
              told.set(
                digest.id,
                pending.map(({ key }) => key),
              );
            if (marks)
              await store.markSent(
                digest?.id ?? '',
                pending.map(({ key }) => key),
                aRun(number).at,
              );
          };
          for (const [index, found] of evaluations.entries()) {
            const known = await store.load(accountId);
            const change = reconcile(known, found, aRun(index + 1));
            const basis = known.confirmedAt === undefined ? {} : { basis: known.confirmedAt };
            const { unsentKeys } = await store.apply(
              { accountId, ...aRun(index + 1), coverage: [], ...basis, ...change },
              aRun(index + 1).at,
            );
            expect(unsentKeys).toHaveLength(change.transitions.filter(isToSend).length + change.factChanges.length);
            expected.push(...unsentKeys);
            if (fates[index] !== 'skip') await sendAll(fates[index] === 'send', index + 1);
          }
          await sendAll(true, 20);
          expect(new Set([...told.values()].flat())).toEqual(new Set(expected));
          expect(await store.pending()).toEqual([]);
        },
      ),
    );
  });
});
