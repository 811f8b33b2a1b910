/** The causes of a pasted message in the world of the person who pasted it: by an audit now, or by a deployed table. */
import type { FindingQueries } from '../../audit/ports.ts';
import type { Cause, CauseId } from '../../explain/causes/catalogue.ts';
import { type DecidedCause, decideCauses } from '../../explain/decide-causes.ts';
import type { MessageExplanation } from '../../explain/explain-message.ts';
import type { MessageFacts } from '../../explain/text-facts.ts';
import { clustersOf, type Facts, isAsked, type Need, serviceAccountSubjectId, subjectsOfAccount } from '../../facts.ts';
import { type Finding, type Missed, roleArnKey, type ServiceAccount, valueOr } from '../../model.ts';
import type { RunReport } from '../../report/run-report.ts';
import { ruleById } from '../../rules/catalog.ts';
import { missedSections } from '../../rules/evaluate/missed-sections.ts';
import { counted, given } from '../../text.ts';
import { focusOf, type NamedThings } from '../report/graph-names.ts';
import { UsageError } from '../shell/io.ts';
import { everyItem } from './every-item.ts';
import { agrees, findingsConcerning } from './finding-named.ts';
import { signsIn } from './signs-here.ts';

/** The findings about the subject of a message, and the state of each of its causes. */
export interface CausesHere {
  readonly verdict: string;
  /** The causes that were found; without any, other findings about the subject. */
  readonly findings: readonly Finding[];
  /** Each cause of the message with its state; empty where the message is not known. */
  readonly decided: readonly DecidedCause[];
  readonly exitCode: 0 | 1 | 3;
}

/** The parts of an audit that are asked. */
type Audit = Pick<RunReport, 'findings' | 'undecided' | 'rulesOff' | 'gaps' | 'graph'>;

/** Findings that are read at once. */
const pageSize = 500;

/** The causes by an audit. `names`: the subject by options; without one, the names in the text are tried. `cluster`: the only
 *  one that a context was named for; a service account is one of it. `excludes`: causes that the state rules out. Throws `UsageError` for a name of an option that nothing
 *  read has. */
export const causesByAudit = (
  explanation: MessageExplanation,
  report: Audit,
  facts: readonly Facts[],
  names: NamedThings,
  { cluster, excludes }: { readonly cluster?: string | undefined; readonly excludes?: readonly CauseId[] } = {},
): CausesHere => {
  const inContext = (some: NamedThings): NamedThings =>
    some.serviceAccount === undefined ? some : { ...given({ cluster }), ...some };
  const { asked, near, without } = isNamed(names)
    ? concerning(report, facts, inContext(names))
    : concerningText(report, facts, inContext(namesIn(explanation.facts)), cluster);
  const { undecided, rulesOff } = report;
  const missed = facts.flatMap(missedIn);
  const here = {
    findings: near.filter(canCause),
    undecided,
    ...given({ rulesOff }),
    missed: missed.map(({ section }) => section),
    unasked: missed.filter(({ unasked }) => unasked).map(({ section }) => section),
    signs: signsIn(facts, names.cluster ?? cluster),
    textDecides: explanation.verdict === 'decided',
    needsOf,
    ...given({ excludes }),
  };
  const decided = isExplained(explanation) ? decideCauses(candidatesOf(explanation), here) : [];
  const found = likeliestFirst(decided, 'found', asked);
  const fitting = likeliestFirst(decided, 'fits', asked);
  const findings = [found, fitting, near].find(some => some.length > 0) ?? [];
  return {
    verdict: `${without}${verdictOf({
      first: decided[0],
      isLookedFor: rulesOf(explanation).length > 0,
      isNamed: isNamed(asked),
      causes: found.length,
      fitting: fitting.length,
      others: findings.length,
      gaps: report.gaps.length,
    })}`,
    findings,
    decided,
    exitCode: report.gaps.length > 0 ? 3 : findings.length > 0 ? 1 : 0,
  };
};

/** Findings that are kept, where they are kept, and how old they are: a sentence. */
interface Kept {
  readonly findings: readonly Finding[];
  readonly place: 'table' | 'last scan';
  readonly age: string;
}

/** The causes by the open findings of a deployed auditor. */
export const causesByTable = async (
  explanation: MessageExplanation,
  queries: FindingQueries,
  names: NamedThings,
): Promise<CausesHere> => {
  const findings = await openFindingsOf(queries);
  const last = (await queries.runs({ limit: 1 })).items[0];
  const age = last === undefined ? 'The table has no run.' : `The last run ended at ${last.endedAt}.`;
  return causesByKept(explanation, { findings, place: 'table', age }, names);
};

/** The causes by a scan that is kept. Undefined where it is of other accounts than the text, has no cause of it, or has several while
 *  the text names nobody: an old scan answers nothing by guess. */
export const causesByScan = (explanation: MessageExplanation, report: RunReport): CausesHere | undefined => {
  const { accountId } = explanation.facts;
  if (accountId !== undefined && report.accounts.every(one => one.accountId !== accountId)) return undefined;
  const age = `The last scan ended at ${report.endedAt}.`;
  const here = causesByKept(explanation, { findings: report.findings, place: 'last scan', age }, {});
  const found = here.decided.filter(({ state }) => state === 'found').flatMap(({ findings }) => findings);
  return found.length > 0 && (isNamed(namesIn(explanation.facts)) || found.length === 1) ? here : undefined;
};

/** The causes by findings that are kept: these are what was found and not what was decided, so that without a finding a cause stays
 *  undecided. */
const causesByKept = (
  explanation: MessageExplanation,
  { findings: open, place, age }: Kept,
  names: NamedThings,
): CausesHere => {
  const asked = isNamed(names) ? names : namesIn(explanation.facts);
  const near = open.filter(finding => agrees(finding, focusOf(asked))).filter(canCause);
  const rules = rulesOf(explanation);
  const undecided = rules.map(ruleId => ({ ruleId, missing: `the ${place} has no open finding of it` }));
  const here = { findings: near, undecided, missed: [], textDecides: explanation.verdict === 'decided', needsOf };
  const decided = isExplained(explanation) ? decideCauses(candidatesOf(explanation), here) : [];
  const found = likeliestFirst(decided, 'found', asked);
  const findings = found.length > 0 ? found : likeliestFirst(decided, 'fits', asked);
  const looked = { isLookedFor: rules.length > 0, isNamed: isNamed(asked) };
  return {
    verdict: `${age} ${tableVerdict({ ...looked, causes: found.length, fitting: findings.length })}`,
    findings,
    decided,
    exitCode: findings.length > 0 ? 1 : 3,
  };
};

const needsOf = (ruleId: string): readonly Need[] => ruleById(ruleId)?.needs ?? [];

/** The sections that were not read. Of several clusters only those are meant whose inside was asked for, if any was. */
const missedIn = (facts: Facts): readonly Missed[] => {
  const clusters = clustersOf(facts.snapshot);
  const meant = clusters.filter(({ kubernetes }) => isAsked(kubernetes)).map(({ cluster }) => cluster.arn);
  return missedSections(facts, subjectsOfAccount(facts)).filter(
    ({ clusterArn }) => clusterArn === undefined || meant.length === 0 || meant.includes(clusterArn),
  );
};

const openFindingsOf = async (queries: FindingQueries): Promise<readonly Finding[]> =>
  (await everyItem(pageSize, page => queries.list({ status: 'open' }, page))).map(({ finding }) => finding);

const isExplained = ({ message, verdict }: MessageExplanation): boolean =>
  message !== undefined || verdict === 'likely';

/** The causes that the state is asked about: those that the message can have and what reports like the text had more often; without a
 *  message all of them. */
const candidatesOf = ({ message, causes }: MessageExplanation): readonly Cause[] => {
  const all = causes.map(({ cause }) => cause);
  const own = message?.isFrame ? [] : all.filter(({ id }) => message?.causes.includes(id));
  const [first] = own;
  return first === undefined ? all : all.filter((cause, at) => at < all.indexOf(first) || own.includes(cause));
};

const rulesOf = (explanation: MessageExplanation): readonly string[] =>
  isExplained(explanation) ? candidatesOf(explanation).flatMap(({ rules = [] }) => rules) : [];

const isNamed = ({ cluster, serviceAccount, role, namespace }: NamedThings): boolean =>
  [cluster, serviceAccount, role, namespace].some(name => name !== undefined);

/** The subject that a text names. A role in it may be a second one, so that a service account goes before it. */
const namesIn = ({ namespace, serviceAccount, roleArn }: MessageFacts): NamedThings =>
  namespace !== undefined && serviceAccount !== undefined
    ? { serviceAccount: `${namespace}/${serviceAccount}` }
    : given({ role: roleArn });

/** Names, the findings about them, and a sentence where they name a service account without a role, or nothing. */
interface Concerning {
  readonly asked: NamedThings;
  readonly near: readonly Finding[];
  readonly without: string;
}

const concerning = (report: Audit, facts: readonly Facts[], names: NamedThings): Concerning => {
  const clusters = clustersWithout(report, facts, names);
  return {
    asked: names,
    near: findingsConcerning(report, names, clusters),
    without: clusters.length === 0 ? '' : `Service account ${names.serviceAccount} has no annotation ${roleArnKey}. `,
  };
};

/** ARNs of the clusters that have the named service account without a role: only one with a role is in the graph. */
const clustersWithout = (
  { graph = { nodes: [], edges: [] } }: Audit,
  facts: readonly Facts[],
  names: NamedThings,
): readonly string[] => {
  const { cluster, namespace, serviceAccount, role } = focusOf(names);
  const isDrawn = (arn: string, one: ServiceAccount): boolean =>
    graph.nodes.some(({ id }) => id === serviceAccountSubjectId(arn, one.namespace, one.name));
  if (serviceAccount === undefined || role !== undefined) return [];
  const found = facts
    .flatMap(({ snapshot }) => clustersOf(snapshot))
    .filter(one => cluster === undefined || one.cluster.name === cluster)
    .flatMap(one =>
      (one.kubernetes.status === 'unavailable' ? [] : valueOr(one.kubernetes.value.serviceAccounts, []))
        .filter(({ name, namespace: space }) => name === serviceAccount && space === (namespace ?? space))
        .map(account => ({ arn: one.cluster.arn, isDrawn: isDrawn(one.cluster.arn, account) })),
    );
  return found.some(one => one.isDrawn) ? [] : found.map(({ arn }) => arn);
};

/** The names of a text with the findings about them; no name, and all findings of the cluster, or of every one, where the text
 *  names nothing that was read. */
const concerningText = (
  report: Audit,
  facts: readonly Facts[],
  names: NamedThings,
  cluster: string | undefined,
): Concerning => {
  for (const some of [names, given({ cluster })])
    try {
      if (isNamed(some)) return { ...concerning(report, facts, some), ...(some !== names && { asked: {} }) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  return { asked: {}, near: report.findings, without: '' };
};

/** The findings of the causes in a state: those about the subject itself first, then what breaks it, then in the order of the
 *  causes and their rules. */
const likeliestFirst = (
  decided: readonly DecidedCause[],
  wanted: 'found' | 'fits',
  { serviceAccount, role }: NamedThings,
): readonly Finding[] => {
  const of = decided.filter(({ state }) => state === wanted);
  const rules = of.flatMap(({ cause }) => cause.rules ?? []);
  const rank = (finding: Finding): number => {
    const isOwn =
      (serviceAccount !== undefined && finding.serviceAccount !== undefined) ||
      (role !== undefined && finding.subject === finding.roleArn);
    const place = rules.findIndex(id => id === finding.ruleId || finding.explains.some(({ ruleId }) => ruleId === id));
    return (isOwn ? 0 : 2000) + (finding.impact === 'breaks' ? 0 : 1000) + place;
  };
  return [...new Set(of.flatMap(({ findings }) => findings))].toSorted((a, b) => rank(a) - rank(b));
};

/** The question and its answer. `isLookedFor`: a rule decides a cause of the message. If none does, a finding is not
 *  its cause, and no finding is not health. `isNamed`: the message or an option names whose message it is. */
interface Looked {
  readonly isLookedFor: boolean;
  readonly isNamed: boolean;
  /** Findings that decide for a cause. */
  readonly causes: number;
  /** Findings that fit several causes. */
  readonly fitting: number;
}

const verdictOf = (
  looked: Looked & { readonly first: DecidedCause | undefined; readonly others: number; readonly gaps: number },
): string => {
  const { isLookedFor, causes, fitting, first, others, gaps } = looked;
  const unread = gaps === 0 ? '' : `${counted(gaps, 'thing')} could not be read: see irsa-auditor scan. `;
  if (causes > 0) return `${unread}${foundVerdict(looked)}`;
  if (fitting > 0) return `${unread}${severalFit(fitting)}`;
  if (!isLookedFor)
    return `${unread}No rule checks a cause of this message. ${others > 0 ? 'Other findings here:' : 'No other finding here.'}`;
  const none =
    first?.state === 'fits'
      ? `${unread}No finding here is a cause of this message, but the first cause fits what was read.`
      : `${unread}None of the known causes was found here.`;
  return others > 0
    ? `${none} Other findings here:`
    : `${none} Check what the audit did not read: resource control policies (--control-policies reads them), endpoint policies, the program itself.`;
};

const severalFit = (findings: number): string =>
  `No finding here decides between the causes of this message. ${findings === 1 ? 'One fits several' : `${findings} fit several`}:`;

/** A finding may be about something else than the message where that names nobody. */
const foundVerdict = ({ causes, isNamed: isSure }: Looked): string => {
  const [doubt, likely] = isSure
    ? ['', '']
    : ['The message names no service account or role that was read. ', 'likely '];
  return `${doubt}${causes === 1 ? `The ${likely}cause here:` : `The ${likely}causes here, the likeliest first:`}`;
};

const tableVerdict = (looked: Looked): string => {
  if (looked.causes > 0) return foundVerdict(looked);
  if (looked.fitting > 0) return severalFit(looked.fitting);
  return looked.isLookedFor
    ? 'The table has no open finding that is a cause of this message.'
    : 'No rule checks a cause of this message.';
};

/** A remark that says that nothing is broken, and nobody exposed, causes no message. */
const canCause = ({ impact, severity }: Finding): boolean => impact !== 'hygiene' || severity !== 'info';
