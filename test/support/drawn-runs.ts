/** Drawn sequences of runs over the pure functions: states of two roles, and the digests that tell of them. */
import { areaKey, type CoverageArea } from '../../lib/history/coverage-area.ts';
import { digestOf, type Unsent } from '../../lib/history/digest.ts';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import type { RoutingFilter } from '../../lib/history/routing.ts';
import type { Digest, KnownFinding } from '../../lib/history/transition.ts';
import { type CoverageState, watchCoverage } from '../../lib/history/watch-coverage.ts';
import { atLeast, severities } from '../../lib/model/finding.ts';
import { outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { accountId, anEvaluation, aRoleFinding, aRun, foldedOf, rolePrefix, stateAfter } from './drift-builders.ts';
import { fc } from './properties.ts';

const roles = ['a', 'b'] as const;
const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };

/** How one role is in one run; undefined where nothing is wrong with it. */
const aState = fc.record({
  fails: fc.constantFrom('yes', 'yes', 'no', 'unread', 'explained'),
  severity: fc.constantFrom(...severities),
  owner: fc.constantFrom(undefined, 'team-a', 'team-b'),
  waived: fc.constantFrom(false, false, true),
  message: fc.constantFrom('x', 'y'),
  /** The cluster that it is placed in, and the namespace: another one where the role trusts another cluster. */
  place: fc.constantFrom({}, { clusterName: 'shop', namespace: 'prod' }, { clusterName: 'stock', namespace: 'prod' }),
});
/** One run: how the roles are, whether the account could be read inside, and whether the run comes to send. */
export const aRunOf = fc.record({ states: fc.tuple(aState, aState), unread: fc.boolean(), sends: fc.boolean() });
/** The filter of a destination. */
export const aFilter: fc.Arbitrary<RoutingFilter> = fc.constantFrom(
  {},
  { minSeverity: 'high' },
  { minSeverity: 'medium', owners: ['team-a'] },
  { owners: ['team-a'] },
  { owners: ['team-b'], transitions: ['opened', 'reopened', 'escalated', 'changed', 'resolved'] },
  { clusters: ['shop'] },
  { clusters: ['shop'], minSeverity: 'medium', owners: ['team-b'] },
  { namespaces: ['prod'] },
);
export type RunOf = typeof aRunOf extends fc.Arbitrary<infer T> ? T : never;

const evaluationOf = ({ states }: Pick<RunOf, 'states'>) => {
  const named = states.map((state, index) => [roles[index] ?? 'a', state] as const);
  const effects = named.flatMap(([name, { fails }]) => (fails === 'explained' ? [foldedOf(aRoleFinding(name))] : []));
  const causes = effects.length === 0 ? [] : [aRoleFinding('cause', { severity: 'critical', explains: effects })];
  const own = named.flatMap(([name, { fails, severity, owner, waived, message, place }]) =>
    fails === 'yes'
      ? [
          aRoleFinding(name, {
            ...{ severity, message, data: { text: message }, ...place },
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

/** The area of coverage that a run may not read. */
const area: CoverageArea = {
  ...{ accountId, section: 'inside', region: 'eu-west-1', clusterName: 'shop', whole: true, failures: 1 },
  reason: { kind: 'denied', operation: 'eks:AccessKubernetesApi', message: 'no' },
};

/** The digests that runs make, one for each run that sends something; what a run does not send, the next one does. */
export const digestsOf = (runs: readonly RunOf[], minSeverity: Floor) => {
  let known: KnownState = nothingKnown;
  let coverage: CoverageState | undefined;
  let unsent: readonly Unsent[] = [];
  const digests: (Digest | undefined)[] = [];
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
    const read = watchCoverage(coverage, { ...stamp, accounts: [{ accountId, areas: run.unread ? [area] : [] }] });
    digests.push(
      run.sends
        ? digestOf(unsent, {
            ...stamp,
            minSeverity,
            notices: read.notices,
            openBySeverity: noneOpen,
            gaps: 0,
            links: {},
          })
        : undefined,
    );
    if (!run.sends) continue;
    coverage = read.state;
    unsent = [];
  }
  return { known, digests, unread: (coverage?.areas ?? []).filter(({ told }) => told === 'unread').map(areaKey) };
};

const noneOpen = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };

/** The least severity that is sent. */
export type Floor = 'info' | 'low' | 'medium';
export const aFloor: fc.Arbitrary<Floor> = fc.constantFrom('info', 'low', 'medium');

/** A role with which nothing is wrong. */
export const quiet: RunOf['states'][0] = {
  fails: 'no',
  severity: 'high',
  owner: undefined,
  waived: false,
  message: 'x',
  place: {},
};

/** True for a destination that chooses by what may move: another owner or place of a finding is no news by itself, the weekly
 *  summary tells it. */
export const choosesByPlace = ({ owners, clusters, namespaces }: RoutingFilter): boolean =>
  [owners, clusters, namespaces].some(each => each !== undefined);

/** True for a finding of the table that a destination wants to know. */
export const isWanted = ({ status, finding }: KnownFinding, filter: RoutingFilter, floor: Floor): boolean =>
  status === 'open' &&
  atLeast(finding.severity, floor) &&
  atLeast(finding.severity, filter.minSeverity ?? 'info') &&
  isAmong(filter.owners, finding.owner) &&
  isAmong(filter.clusters, finding.clusterName) &&
  isAmong(filter.namespaces, finding.namespace);

const isAmong = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

/** The last words that are true of a finding. One that people know as waived is explained without a word. */
export const trueWords = (status: KnownFinding['status']): readonly string[] =>
  status === 'explained' ? ['explained', 'waived'] : [status];
