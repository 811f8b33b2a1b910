import { atLeast, type Finding, type Severity, worst } from '../model.ts';
import { given } from '../text.ts';
import { isClosing, knownAs } from './open-as.ts';
import type {
  CoverageNews,
  Digest,
  FactChange,
  KnownFinding,
  StillOpen,
  Transition,
  TransitionKind,
} from './transition.ts';

/** The filter of a destination; all given fields must hold. */
export interface RoutingFilter {
  readonly minSeverity?: Severity | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly clusters?: readonly string[] | undefined;
  /** Those of service accounts and pods: roles, providers and clusters have none. */
  readonly namespaces?: readonly string[] | undefined;
  /** By the tag or label `owner` of the thing that a finding is about. A thing without an owner matches no owner. */
  readonly owners?: readonly string[] | undefined;
  readonly rules?: readonly string[] | undefined;
  readonly transitions?: readonly TransitionKind[] | undefined;
}

/** Hours in which a destination is left alone, but for the worst. `from` after `to` goes over midnight; the end is out. */
export interface QuietHours {
  /** `22:00`, in the time zone. */
  readonly from: string;
  readonly to: string;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
  readonly exceptSeverity: Severity;
}

/** The part of a digest that a destination wants; undefined if nothing of it. The id stays: a repeat is still a repeat.
 *  A weekly summary always goes, with the part of it that is wanted: that nothing is open is worth a message too. */
export const routeDigest = (digest: Digest, filter: RoutingFilter = {}): Digest | undefined => {
  if (digest.stillOpen !== undefined) return { ...digest, stillOpen: routeOpen(digest.stillOpen, filter) };
  const transitions = digest.transitions.filter(transition => wantsTransition(transition, filter));
  const factChanges = digest.factChanges.filter(change => wantsFact(change, filter));
  const { coverage: all, ...rest } = digest;
  const coverage = all && routeCoverage(all, filter);
  const wanted = { ...rest, ...(coverage ? { coverage } : {}), transitions, factChanges };
  return isEmptyDigest(wanted) ? undefined : wanted;
};

/** The part of a digest that people are told: without the findings that they were told of as a whole. */
export const withoutToldAsWhole = (digest: Digest): Digest => {
  const { toldAsWhole, ...rest } = digest;
  if (toldAsWhole === undefined) return digest;
  const told = new Set(toldAsWhole);
  return {
    ...rest,
    transitions: digest.transitions.filter(({ kind, runId }) => kind !== 'opened' || !told.has(runId)),
  };
};

/** True for a digest that tells nothing. */
export const isEmptyDigest = ({ transitions, factChanges, coverage, stillOpen }: Digest): boolean =>
  transitions.length + factChanges.length === 0 && coverage === undefined && stillOpen === undefined;

/** How bad it is that something cannot be read: it may hide anything. */
export const coverageSeverity: Severity = 'high';

/** Whoever reads about an account or a cluster reads that it cannot be audited, whatever rules and transitions they want. */
const routeCoverage = ({ notices, beyond }: CoverageNews, filter: RoutingFilter): CoverageNews | undefined => {
  if (filter.minSeverity !== undefined && !atLeast(coverageSeverity, filter.minSeverity)) return undefined;
  const wanted = notices.filter(
    ({ accountId, clusterName }) =>
      allows(filter.accounts, accountId) && (clusterName === undefined || allows(filter.clusters, clusterName)),
  );
  return wanted.length + beyond === 0 ? undefined : { notices: wanted, beyond };
};

/** The kinds of transitions that are wanted say nothing about what stays open. */
const routeOpen = ({ findings, waived, ...rest }: StillOpen, filter: RoutingFilter): StillOpen => {
  const isWanted = ({ finding }: KnownFinding): boolean =>
    (filter.minSeverity === undefined || atLeast(finding.severity, filter.minSeverity)) && wantsPlace(finding, filter);
  return { ...rest, findings: findings.filter(isWanted), ...given({ waived: waived?.filter(isWanted) }) };
};

const wantsPlace = (finding: Finding, filter: RoutingFilter): boolean =>
  allows(filter.accounts, finding.accountId) &&
  allows(filter.clusters, finding.clusterName) &&
  allows(filter.namespaces, finding.namespace) &&
  allows(filter.owners, finding.owner) &&
  allows(filter.rules, finding.ruleId);

/** Closing a finding is as bad as the worst that it was while it was open, however bad it is by now: whoever was not told
 *  that it is open need not know that it is waived. Falling in severity is as bad as before. */
export const severityOf = (transition: Transition): Severity => {
  const known = knownAs(transition)?.severity;
  if (known !== undefined && isClosing(transition)) return known;
  const told = openStates(transition).map(({ severity }) => severity);
  return [...told, ...(known === undefined ? [] : [known])].reduce(worst);
};

/** The states of a finding that a step is about: where the step closes it, in each place and with each owner that it had while
 *  it was open. */
export const findingsOf = (transition: Transition): readonly Finding[] => {
  const known = knownAs(transition);
  const { owner: _owner, ...unowned } = transition.after.finding;
  const { clusterName: _cluster, namespace: _namespace, ...unplaced } = unowned;
  const owned = (known?.owners ?? []).map(owner => ({ ...unowned, owner }));
  const elsewhere = (known?.elsewhere ?? []).map(place => ({ ...unplaced, ...place }));
  if (known !== undefined && isClosing(transition)) return [...(owned.length === 0 ? [unowned] : owned), ...elsewhere];
  return [...openStates(transition), ...owned, ...elsewhere];
};

/** The state after a step, and the one before it where people know that one as open. */
const openStates = ({ before, after }: Transition): readonly Finding[] => [
  after.finding,
  ...(before?.status === 'open' ? [before.finding] : []),
];

/** The kinds of which one is wanted by whoever is told of this one: each end of an open finding is told to whoever is told of
 *  what is resolved, and what is reassessed to whoever is told of what gets worse, or changes where it is no worse. */
export const wantedAs = ({ kind, before, after }: Transition): readonly TransitionKind[] => {
  if (kind === 'reassessed')
    return [
      kind,
      before !== undefined && atLeast(before.finding.severity, after.finding.severity) ? 'changed' : 'escalated',
    ];
  return isClosing({ kind }) && kind !== 'resolved' ? [kind, 'resolved'] : [kind];
};

/** Whoever was told of a finding is told what becomes of it, also where its owner or its place is another now or could not be
 *  read. */
const wantsTransition = (transition: Transition, filter: RoutingFilter): boolean =>
  (filter.minSeverity === undefined || atLeast(severityOf(transition), filter.minSeverity)) &&
  findingsOf(transition).some(finding => wantsPlace(finding, filter)) &&
  wantedAs(transition).some(kind => allows(filter.transitions, kind));

/** A change of a watched fact has no cluster, namespace, owner, rule or transition: who asks for one of these does not get it. It counts
 *  as `low`. */
const wantsFact = (change: FactChange, filter: RoutingFilter): boolean =>
  filter.clusters === undefined &&
  filter.namespaces === undefined &&
  filter.owners === undefined &&
  filter.rules === undefined &&
  filter.transitions === undefined &&
  (filter.minSeverity === undefined || atLeast('low', filter.minSeverity)) &&
  allows(filter.accounts, change.accountId);

const allows = <T>(wanted: readonly T[] | undefined, value: T | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

/** True if a digest must wait: it is a quiet hour at `at` (ISO 8601) and nothing in it is bad enough. */
export const mustWait = (digest: Digest, hours: QuietHours, at: string): boolean =>
  isQuiet(hours, at) &&
  !digest.transitions.some(transition => atLeast(severityOf(transition), hours.exceptSeverity)) &&
  !(digest.coverage !== undefined && atLeast(coverageSeverity, hours.exceptSeverity));

/** True if `at` lies in the quiet hours, by the clock of their time zone (summer time included). Throws `RangeError` for a
 *  time zone that does not exist. */
export const isQuiet = ({ from, to, timeZone }: QuietHours, at: string): boolean => {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
  const now = clock.format(new Date(at));
  return from <= to ? from <= now && now < to : now >= from || now < to;
};
