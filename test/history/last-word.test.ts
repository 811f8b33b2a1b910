/**
 * The last word is true: whatever happens to findings, however often sending fails and whatever a destination wants,
 * it believes in the end what the table says (docs/delivery.md).
 */
import { expect, test } from '@jest/globals';
import { digestOf, type Unsent } from '../../lib/history/digest.ts';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { isClosing } from '../../lib/history/open-as.ts';
import { isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import { type RoutingFilter, routeDigest } from '../../lib/history/routing.ts';
import type { Digest, KnownFinding, Transition } from '../../lib/history/transition.ts';
import { atLeast, severities } from '../../lib/model/finding.ts';
import { outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { anEvaluation, aRoleFinding, aRun, foldedOf, rolePrefix, stateAfter } from '../support/drift-builders.ts';
import { fc } from '../support/properties.ts';

const roles = ['a', 'b'] as const;
const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };

/** How one role is in one run; undefined where nothing is wrong with it. */
const aState = fc.record({
  fails: fc.constantFrom('yes', 'yes', 'no', 'unread', 'explained'),
  severity: fc.constantFrom(...severities),
  owner: fc.constantFrom(undefined, 'team-a', 'team-b'),
  waived: fc.constantFrom(false, false, true),
  message: fc.constantFrom('x', 'y'),
});
const aRunOf = fc.record({ states: fc.tuple(aState, aState), sends: fc.boolean() });
const aFilter: fc.Arbitrary<RoutingFilter> = fc.constantFrom(
  {},
  { minSeverity: 'high' },
  { minSeverity: 'medium', owners: ['team-a'] },
  { owners: ['team-a'] },
  { owners: ['team-b'], transitions: ['opened', 'reopened', 'escalated', 'changed', 'resolved'] },
);
type RunOf = typeof aRunOf extends fc.Arbitrary<infer T> ? T : never;

const evaluationOf = ({ states }: Pick<RunOf, 'states'>) => {
  const named = states.map((state, index) => [roles[index] ?? 'a', state] as const);
  const effects = named.flatMap(([name, { fails }]) => (fails === 'explained' ? [foldedOf(aRoleFinding(name))] : []));
  const causes = effects.length === 0 ? [] : [aRoleFinding('cause', { severity: 'critical', explains: effects })];
  const own = named.flatMap(([name, { fails, severity, owner, waived, message }]) =>
    fails === 'yes'
      ? [
          aRoleFinding(name, {
            ...{ severity, message, data: { text: message } },
            ...(owner === undefined ? {} : { owner }),
            ...(waived ? { waiver } : {}),
          }),
        ]
      : [],
  );
  const unread = named.filter(([, { fails }]) => fails === 'unread').map(([name]) => `${rolePrefix}${name}`);
  const evaluation = anEvaluation({
    findings: [...own, ...causes],
    subjects: [...roles, 'cause'].map(name => `${rolePrefix}${name}`),
  });
  const unknown = unread.map(subject => [outcomeKey('trust-any-subject', subject), 'unknown'] as const);
  return { ...evaluation, outcomes: { ...evaluation.outcomes, ...Object.fromEntries(unknown) } };
};

/** The digests that runs make: what a run does not send, the next one does. */
const digestsOf = (runs: readonly RunOf[], minSeverity: 'info' | 'low' | 'medium') => {
  let known: KnownState = nothingKnown;
  let unsent: readonly Unsent[] = [];
  const digests: Digest[] = [];
  for (const [index, run] of runs.entries()) {
    const stamp = aRun(index + 1);
    const change = reconcile(known, evaluationOf(run), stamp);
    known = stateAfter(known, change, stamp.at);
    unsent = [
      ...unsent,
      ...change.transitions
        .filter(isNotifiable)
        .map(transition => ({ key: `${transition.after.finding.id} ${transition.after.version}`, transition })),
    ];
    if (!run.sends) continue;
    const openBySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    const digest = digestOf(unsent, { ...stamp, minSeverity, openBySeverity, gaps: 0, links: {} });
    if (digest !== undefined) digests.push(digest);
    unsent = [];
  }
  return { known, digests };
};

const quiet: RunOf['states'][0] = { fails: 'no', severity: 'high', owner: undefined, waived: false, message: 'x' };

test('a destination that takes steps in any order believes what the table says', () =>
  fc.assert(
    fc.property(
      fc.array(aRunOf, { minLength: 1, maxLength: 9 }),
      aFilter,
      fc.constantFrom('info' as const, 'low' as const, 'medium' as const),
      fc.boolean(),
      (drawn, filter, minSeverity, isFixed) => {
        const last = isFixed ? [{ states: [quiet, quiet] as const, sends: true }] : [];
        const runs = [...drawn, ...last] as RunOf[];
        const { known, digests } = digestsOf(
          runs.map((run, index) => (index === runs.length - 1 ? { ...run, sends: true } : run)),
          minSeverity,
        );
        const believed = new Map<string, Transition>();
        for (const digest of digests) {
          const told = routeDigest(digest, filter)?.transitions ?? [];
          expect(new Set(told.map(({ after }) => after.finding.id)).size).toBe(told.length);
          for (const transition of [...told].reverse()) believed.set(transition.after.finding.id, transition);
        }
        const table = new Map(known.findings.map(item => [item.finding.id, item]));
        for (const [id, transition] of believed) {
          const status = table.get(id)?.status;
          if (status !== 'open') expect(isClosing(transition)).toBe(true);
          if (status === 'explained') expect(transition.kind).not.toBe('resolved');
        }
        for (const item of table.values())
          if (isWanted(item, filter, minSeverity)) {
            const word = believed.get(item.finding.id);
            // A change of owner is no news by itself: the weekly summary tells them.
            if (filter.owners !== undefined) continue;
            expect(word?.after.status).toBe('open');
            expect(word?.after.finding.severity).toBe(item.finding.severity);
          }
      },
    ),
    { numRuns: 500 },
  ));

const isWanted = (
  { status, finding }: KnownFinding,
  filter: RoutingFilter,
  floor: 'info' | 'low' | 'medium',
): boolean =>
  status === 'open' &&
  atLeast(finding.severity, floor) &&
  atLeast(finding.severity, filter.minSeverity ?? 'info') &&
  (filter.owners === undefined || (finding.owner !== undefined && filter.owners.includes(finding.owner)));
