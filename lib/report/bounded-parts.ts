import { compareFindings, type Finding } from '../model.ts';
import type { Evaluation } from '../rules/evaluate/evaluation.ts';
import type { RunParts } from './report-of-run.ts';

/** The limits of a page: a person reads no more, and a browser or function has no room for more. */
export interface Bounds {
  readonly findings: number;
  /** Undecided checks, gaps, transitions and changed facts, of each. */
  readonly others: number;
  /** Clusters, roles, service accounts and pods whose facts are held at once to draw them. */
  readonly drawn: number;
}

/** A page of about 5 MB, made with some hundred MB of memory. */
export const pageBounds: Bounds = { findings: 3000, others: 1000, drawn: 40_000 };

/** The parts of a run, cut, while they come in; `left` counts what was cut. */
export interface BoundedParts {
  readonly parts: RunParts;
  readonly left: Readonly<Record<Cut, number>>;
}

const cuts = ['findings', 'undecided', 'gaps', 'transitions', 'factChanges'] as const;
type Cut = (typeof cuts)[number];

/** Nothing yet. */
export const noRunParts = (
  run: Omit<RunParts, 'evaluations' | 'firstSeen' | Exclude<Cut, 'findings' | 'undecided'>>,
): BoundedParts => ({
  parts: { ...run, evaluations: [], transitions: [], factChanges: [], gaps: [], firstSeen: {} },
  left: { findings: 0, undecided: 0, gaps: 0, transitions: 0, factChanges: 0 },
});

/** The part that one account adds. */
export type AccountParts = Pick<RunParts, 'transitions' | 'factChanges' | 'gaps' | 'firstSeen'> & {
  readonly evaluation?: Evaluation | undefined;
};

/** Adds some accounts, and keeps the worst findings of all. An account keeps its counts whatever is cut. */
export const addParts = (
  { parts, left }: BoundedParts,
  added: readonly AccountParts[],
  bounds: Bounds,
): BoundedParts => {
  const evaluations = [...parts.evaluations, ...added.flatMap(({ evaluation }) => evaluation ?? [])].map(slim);
  const all = evaluations.flatMap(({ findings }) => findings);
  const kept = new Set(all.length <= bounds.findings ? all : [...all].sort(compareFindings).slice(0, bounds.findings));
  const bounded = <T>(values: readonly T[]) => values.slice(0, bounds.others);
  const undecided = new Set(bounded(evaluations.flatMap(evaluation => evaluation.undecided)));
  const gaps = [...parts.gaps, ...added.flatMap(each => each.gaps)];
  const transitions = [...parts.transitions, ...added.flatMap(each => each.transitions)];
  const factChanges = [...parts.factChanges, ...added.flatMap(each => each.factChanges)];
  const over = (values: readonly unknown[]) => Math.max(0, values.length - bounds.others);
  return {
    parts: {
      ...parts,
      evaluations: evaluations.map(evaluation => ({
        ...evaluation,
        findings: evaluation.findings.filter(finding => kept.has(finding)),
        undecided: evaluation.undecided.filter(each => undecided.has(each)),
      })),
      gaps: bounded(gaps),
      transitions: bounded(transitions),
      factChanges: bounded(factChanges),
      firstSeen: firstSeenOf([...kept], [parts, ...added]),
    },
    left: {
      findings: left.findings + all.length - kept.size,
      undecided: left.undecided + over(evaluations.flatMap(evaluation => evaluation.undecided)),
      gaps: left.gaps + over(gaps),
      transitions: left.transitions + over(transitions),
      factChanges: left.factChanges + over(factChanges),
    },
  };
};

/** Of the findings that are kept, when each was first seen. */
const firstSeenOf = (
  findings: readonly Finding[],
  parts: readonly Pick<RunParts, 'firstSeen'>[],
): RunParts['firstSeen'] => {
  const all: RunParts['firstSeen'] = Object.assign({}, ...parts.map(({ firstSeen }) => firstSeen));
  return Object.fromEntries(
    findings.flatMap(({ id }) => {
      const at = all[id];
      return at === undefined ? [] : [[id, at]];
    }),
  );
};

/** Only what a page shows of an evaluation. */
const slim = (evaluation: Evaluation): Evaluation => ({
  ...evaluation,
  outcomes: {},
  closedScopes: [],
  missed: [],
  openScopes: [],
  subjects: [],
  gaps: [],
  watched: [],
});

/** Why a run is not drawn; undefined where it can be. A part that was cut would look healthy in a picture. */
export const notDrawnBecause = ({ parts, left }: BoundedParts, bounds: Bounds): string | undefined => {
  const things = parts.evaluations.reduce(
    (sum, { counts }) => sum + counts.clusters + counts.roles + counts.serviceAccounts + counts.pods,
    0,
  );
  const why =
    left.findings + left.undecided > 0
      ? 'findings were left out'
      : things > bounds.drawn
        ? `${things} roles, service accounts and pods are too many for it`
        : undefined;
  return why === undefined
    ? undefined
    : `health, who can assume what and the identity graph are not on this page, because ${why}: irsa-auditor report --config draws them`;
};

const nouns: Readonly<Record<Cut, string>> = {
  findings: 'findings, the least bad ones',
  undecided: 'undecided checks',
  gaps: 'gaps',
  transitions: 'changes of findings',
  factChanges: 'changed facts',
};

/** One sentence for each cut: a page that leaves something out says so. */
export const notesOfCuts = (left: BoundedParts['left']): readonly string[] =>
  cuts
    .filter(cut => left[cut] > 0)
    .map(cut => `${left[cut]} more ${nouns[cut]}, are not on this page: irsa-auditor findings list shows what is open`);
