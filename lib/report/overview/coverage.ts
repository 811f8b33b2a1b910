import { regionOfIssuer } from '../../facts.ts';
import { type ArticleStep, nameOfUnread, readingRows, sectionName, type Unread } from '../../model.ts';
import { ruleById } from '../../rules/catalog.ts';
import { compareText, counted, shortListOf, visible } from '../../text.ts';
import type { StepCoverage } from '../graph/graph-model.ts';
import type { RunReport } from '../run-report.ts';
import { gapPlace, gapReason, insideSentence, uncheckedRules } from '../summary.ts';
import { labelled, type Paint, paint, type TextStyle, wrap } from '../text-layout.ts';
import { stepWords } from './matrix.ts';

/** Columns of the labels. */
const indent = 13;
/** So many names stand for a list. */
const maxNames = 3;

/** The parts that an option of the command line adds. */
const flags: Readonly<Record<ArticleStep, string>> = {
  'role-arn-format': '--in-cluster',
  'provider-exists': '',
  'provider-audience': '',
  'provider-thumbprint': '',
  'role-trust-policy': '',
  'webhook-configuration': '--in-cluster',
  'webhook-injection': '--in-cluster',
  'supported-sdk': '--cloud-trail',
};

/** The checked and the unchecked parts, with the option that would change it: the first lines of a report. */
export const coverageLines = (
  report: RunReport,
  steps: readonly StepCoverage[] | undefined,
  style: TextStyle,
): readonly string[] => {
  const row = (label: string, text: string, how: Paint): readonly string[] =>
    labelled(label, wrap(text, style.width - indent), indent).map((line, index) =>
      index === 0 ? paint(style, how, label) + line.slice(label.length) : line,
    );
  return [
    ...row('Checked', sizeOf(report), 'bold'),
    ...stepsChecked(steps).flatMap(text => row('Steps', text, 'bold')),
    ...[...noClusters(report), ...otherRegions(report)].flatMap(text => row('Not checked', text, 'warn')),
    ...notChecked(report, steps).flatMap(text => row('Not checked', text, 'warn')),
    ...unreadSentences(report.notReached ?? []).flatMap(text => row('Not reached', `${text}${remedy}`, 'warn')),
    ...[...insideSentence(report.gaps), ...unreadSentences(report.gaps)].flatMap(text => row('Not read', text, 'warn')),
  ];
};

/** For the inside of clusters: what would let the next run read it. */
const remedy = '; to read it: irsa-auditor init cluster, or --context; to leave it out: --no-in-cluster';

const sizeOf = ({ counts, accounts }: RunReport): string =>
  [
    counted(counts.clusters, 'cluster'),
    counted(accounts.length, 'account'),
    `${counted(counts.roles, 'role')} (${counts.irsaRoles} for IRSA)`,
    counted(counts.providers, 'provider'),
    ...(counts.serviceAccounts > 0 ? [counted(counts.serviceAccounts, 'service account')] : []),
    ...(counts.pods > 0 ? [counted(counts.pods, 'pod')] : []),
  ].join(', ');

/** The steps of the article that were checked, and in how many of the clusters; no line where none was. */
const stepsChecked = (steps: readonly StepCoverage[] = []): readonly string[] => {
  const names = steps.flatMap(({ step, checked, notAskedFor, unread }) => {
    const all = checked + notAskedFor + unread;
    return checked === 0 ? [] : [`${stepWords[step]}${checked === all ? '' : ` (in ${checked} of ${all} clusters)`}`];
  });
  return names.length === 0 ? [] : [names.join(', ')];
};

/** Nothing in a few regions may be the wrong region. More than a few were chosen knowingly. */
const noClusters = ({ counts, accounts, gaps }: RunReport): readonly string[] => {
  if (gaps.some(({ section }) => section === 'clusters')) return [];
  const regions = [...new Set(accounts.flatMap(account => account.regions))];
  return counts.clusters > 0 || regions.length === 0 || regions.length > maxNames
    ? []
    : [`clusters: none in ${regions.join(', ')} (add --region REGION or --all-regions)`];
};

/** Regions that were not audited, though providers of audited accounts belong to clusters there: a sentence, or none. It needs the
 *  report's graph. */
export const otherRegions = ({ graph, accounts }: RunReport): readonly string[] => {
  const audited = new Map(accounts.map(({ accountId, regions }) => [accountId, new Set(regions)]));
  const ofAudited = new Set((graph?.edges ?? []).flatMap(({ kind, to }) => (kind === 'issues' ? [to] : [])));
  const elsewhere = (graph?.nodes ?? []).flatMap(({ id, kind, accountId, issuer = '', presence }) => {
    const isElsewhere = kind === 'provider' && presence === 'read' && !ofAudited.has(id);
    const region = isElsewhere ? regionOfIssuer(issuer) : undefined;
    return region === undefined || audited.get(accountId)?.has(region) !== false ? [] : [region];
  });
  if (elsewhere.length === 0) return [];
  const regions = [...new Set(elsewhere)].sort(compareText);
  const belong = elsewhere.length === 1 ? 'provider belongs' : 'providers belong';
  return [
    `clusters in ${shortListOf(regions, maxNames)}: ${elsewhere.length} ${belong} to clusters there (add --all-regions, or --region)`,
  ];
};

/** Steps that were not asked for, by the option that adds them. */
const notChecked = (report: RunReport, steps: readonly StepCoverage[] | undefined): readonly string[] => {
  if (steps === undefined) {
    const rules = uncheckedRules(report);
    return rules.length === 0 ? [] : [`${counted(rules.length, 'rule')} whose data was not asked for`];
  }
  const reached = report.notReached === undefined || report.notReached.length === 0;
  const byFlag = new Map<string, string[]>();
  for (const { step, notAskedFor } of steps)
    if (notAskedFor > 0 && (reached || flags[step] !== '--in-cluster'))
      byFlag.set(flags[step], [...(byFlag.get(flags[step]) ?? []), stepWords[step]]);
  const read = new Set([
    ...(report.access?.levels === undefined && report.roles?.question.levels === undefined ? [] : ['role-permissions']),
    ...(report.reach === undefined ? [] : ['rbac']),
    // A rule beside it that needs nothing else was checked.
    ...(uncheckedRules(report).includes('role-unused') ? [] : ['role-detail']),
  ]);
  const unchecked = new Set<string>(uncheckedRules(report).flatMap(id => ruleById(id)?.needs ?? []));
  const beyond = readingRows.flatMap(([choice, { beyondSteps }]) => {
    const [need = '', name] = beyondSteps ?? [];
    return !read.has(need) && unchecked.has(need) ? [`${name} (add --${choice})`] : [];
  });
  return [
    ...[...byFlag].map(([flag, names]) => `${names.join(', ')}${flag === '' ? '' : ` (add ${flag})`}`),
    ...(beyond.length === 0 ? [] : [beyond.join(', ')]),
  ];
};

/** A sentence for each cause. */
export const unreadSentences = (gaps: readonly Unread[]): readonly string[] =>
  gapsByCause(gaps).map(group => visible(gapSentence(group)));

/** Gaps of one cause as one sentence: what of where, and why. */
export const gapSentence = (group: readonly Unread[]): string => {
  const [first] = group;
  if (first === undefined) return '';
  if (group.length === 1) return `${nameOf(first)}, ${gapPlace(first)}: ${gapReason(first)}`;
  const clusters = [...new Set(group.flatMap(({ clusterName }) => clusterName ?? []))];
  const where = clusters.length > 0 ? clusters : [...new Set(group.map(({ accountId }) => accountId))];
  return `${shortListOf([...new Set(group.map(nameOf))], maxNames)} of ${shortListOf(where, maxNames)}: ${gapReason(first)} (${group.length} times)`;
};

/** The issuer of a cluster is known by its name. */
const nameOf = (gap: Unread): string => (gap.section === 'issuer' ? sectionName('issuer') : nameOfUnread(gap));

/** Gaps by cause: twenty hosts that cannot be reached are not twenty faults. JSON has each. */
export const gapsByCause = (gaps: readonly Unread[]): readonly (readonly Unread[])[] => [
  ...Map.groupBy(gaps, ({ reason }) =>
    [reason.kind, reason.permission, reason.message.replace(hostOrArn, '…')].join(' '),
  ).values(),
];

/** The differences between failures that have one cause: names of hosts, ARNs, ids of requests. */
const hostOrArn = /arn:[^\s"']+|[\w-]+(?:\.[\w-]+)+(?::\d+)?|[0-9a-f]{8}-[0-9a-f-]{27}/gi;
