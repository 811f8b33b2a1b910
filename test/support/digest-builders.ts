import { digestOf } from '../../lib/history/digest.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import type { CoverageNews, Digest, FactChange, Transition } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { anEvaluation, aRun } from './drift-builders.ts';

/** The steps that a first run makes of these findings. */
export const openedOf = (findings: readonly Finding[]): readonly Transition[] =>
  reconcile(nothingKnown, anEvaluation({ findings }), aRun(1)).transitions;

/** A digest of these steps and facts. Throws where there is nothing worth a message. */
export const aDigest = (
  transitions: readonly Transition[],
  factChanges: readonly FactChange[] = [],
  over: Partial<Digest> = {},
): Digest => {
  const unsent = [
    ...transitions.map(transition => ({
      key: `${transition.after.finding.id} ${transition.after.version}`,
      transition,
    })),
    ...factChanges.map(factChange => ({ key: `${factChange.kind} ${factChange.subject}`, factChange })),
  ];
  const digest = digestOf(unsent, {
    ...aRun(1),
    minSeverity: 'info',
    openBySeverity: { critical: 1, high: 2, medium: 0, low: 0, info: 0 },
    gaps: 0,
    notices: over.coverage?.notices ?? [],
    links: {},
  });
  if (digest === undefined) throw new Error('nothing worth a message');
  return { ...digest, ...over };
};

export const aFactChange = (over: Partial<FactChange> = {}): FactChange => ({
  kind: 'provider-audiences',
  subject:
    'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F',
  accountId: '111122223333',
  before: 'sts.amazonaws.com',
  after: '',
  ...aRun(1),
  ...over,
});

/** So many places that fell out of coverage, each in an account of its own. */
export const someCoverage = (count: number): CoverageNews => ({
  notices: Array.from({ length: count }, (_, index) => ({
    kind: 'fell',
    accountId: String(111122223333 + index),
    region: 'eu-west-1',
    section: 'clusters',
    whole: true,
    failures: 1,
    reason: {
      kind: 'denied',
      operation: 'eks:ListClusters',
      permission: 'eks:ListClusters',
      message: 'AccessDenied: not authorized',
    },
    at: aRun(1).at,
    since: aRun(1).at,
    comesAndGoes: false,
  })),
  beyond: 0,
});
