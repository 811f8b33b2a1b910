import { takeTurns } from '../../history/take-turns.ts';
import type { Digest, KnownFinding, StillOpen } from '../../history/transition.ts';
import { compareFindings, type Severity, severities } from '../../model.ts';
import { compareText, counted, cut, daysBetween, given, visible } from '../../text.ts';
import { countBySeverity, severityList } from '../summary.ts';
import { wrap } from '../text-layout.ts';
import { listCommand } from './pointers.ts';

/** The findings that are still open, for the weekly message. */
export interface WeeklySummary {
  readonly at: string;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  /** Worst first, then longest open, of each account: what to take on next. */
  readonly worst: readonly KnownFinding[];
  /** Open for more than thirty days. */
  readonly old: number;
  /** The rules with the most open findings, most first. */
  readonly byRule: readonly { readonly ruleId: string; readonly open: number }[];
  /** Rules with open findings beyond these. */
  readonly moreRules: number;
  /** Open too, and in none of the numbers. */
  readonly beyond: number;
  /** The trend, the oldest, waivers that end soon: one sentence each. */
  readonly lines: readonly string[];
  /** It is the message of a first audit. */
  readonly first?: StillOpen['first'];
}

const oldAfterDays = 30;
/** Lines of a list, and of a first summary: as many as a person reads. Lines are as wide as e-mail has them, and a message is
 *  cut as in every digest. */
const shown = 10;
const shownOfFirst = 20;
const columns = 72;
const maxMessage = 600;

/** Sums up the findings that are open. Resolved and waived ones do not count. */
export const weeklySummary = (stillOpen: StillOpen, at: string): WeeklySummary => {
  const { findings, beyond } = stillOpen;
  const open = findings.filter(({ status }) => status === 'open');
  const rules = new Map<string, number>();
  for (const { finding } of open) rules.set(finding.ruleId, (rules.get(finding.ruleId) ?? 0) + 1);
  return {
    at,
    openBySeverity: countBySeverity(open.map(({ finding }) => finding)),
    worst: worstInTurns(open).slice(0, stillOpen.first === undefined ? shown : shownOfFirst),
    old: open.filter(({ firstSeenAt }) => daysBetween(firstSeenAt, at) > oldAfterDays).length,
    byRule: [...rules]
      .map(([ruleId, count]) => ({ ruleId, open: count }))
      .sort((a, b) => b.open - a.open || compareText(a.ruleId, b.ruleId))
      .slice(0, shown),
    moreRules: Math.max(0, rules.size - shown),
    beyond,
    lines: stillOpen.first === undefined ? weeklyLines(stillOpen, at) : [],
    ...given({ first: stillOpen.first }),
  };
};

/** The worst first, then the longest open; of one severity the accounts take turns. */
const worstInTurns = (open: readonly KnownFinding[]): readonly KnownFinding[] =>
  takeTurns(
    [...open].sort(
      (a, b) =>
        severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
        compareText(a.firstSeenAt, b.firstSeenAt) ||
        compareFindings(a.finding, b.finding),
    ),
    ({ finding }) => finding.severity,
    ({ finding }) => finding.accountId,
  );

/** One line: how much is open, how bad, how old. */
export const weeklyHeadline = (summary: WeeklySummary): string => {
  if (summary.first !== undefined) return firstHeadline(summary.first);
  const counts = severityList(summary.openBySeverity);
  const old = summary.old > 0 ? `, ${summary.old} of them for more than ${oldAfterDays} days` : '';
  const head = counts === '' ? 'nothing is open' : `${totalOf(summary)} open (${counts})${old}`;
  return `IRSA audit, this week: ${head}${summary.beyond > 0 ? ` among the worst; ${summary.beyond} more are not in this` : ''}.`;
};

const firstHeadline = ({ accounts, openBySeverity }: NonNullable<WeeklySummary['first']>): string =>
  `IRSA audit, first audit of ${counted(accounts, 'AWS account')}: ${counted(totalOf({ openBySeverity }), 'finding')} open (${severityList(openBySeverity)}). They are told here, and not one by one.`;

const totalOf = ({ openBySeverity }: Pick<WeeklySummary, 'openBySeverity'>): number =>
  severities.reduce((sum, severity) => sum + openBySeverity[severity], 0);

/** The end of a list that was cut: none where it is whole. */
const moreOf = (count: number, thing: string): readonly string[] =>
  count > 0 ? [counted(count, `more ${thing}`)] : [];

/** How long a finding has been open, in whole days. */
export const openFor = ({ firstSeenAt }: Pick<KnownFinding, 'firstSeenAt'>, at: string): string => {
  const days = daysBetween(firstSeenAt, at);
  return `open for ${days > 0 ? counted(days, 'day') : 'less than a day'}`;
};

/** The summary as plain text, readable on a phone. */
export const weeklySummaryText = (summary: WeeklySummary, links: Digest['links']): string => {
  const left = totalOf(summary) - summary.worst.length + summary.beyond;
  const command = listCommand('', links);
  const paragraphs = [
    weeklyHeadline(summary),
    ...(summary.worst.length === 0
      ? []
      : ['', summary.first === undefined ? 'Worst and oldest first:' : 'Worst first:']),
    ...summary.worst.flatMap((known, index) => [
      `${index + 1}. [${known.finding.severity}] ${cut(visible(known.finding.message), maxMessage)} (${openFor(known, summary.at)})`,
      `   Fix: ${cut(visible(known.finding.fix.summary), maxText)}`,
    ]),
    ...(left > 0 ? [`And ${left} more:`, command] : []),
    ...(summary.byRule.length === 0 || summary.first !== undefined
      ? []
      : [
          '',
          `By rule: ${[...summary.byRule.map(rule => `${rule.ruleId} ${rule.open}`), ...moreOf(summary.moreRules, 'rule')].join(', ')}.`,
        ]),
    ...(summary.lines.length === 0 ? [] : ['', ...summary.lines]),
  ];
  // A command is pasted: it is one line.
  const linesOf = (text: string): readonly string[] => (text === '' || text === command ? [text] : wrap(text, columns));
  return `${paragraphs.flatMap(linesOf).join('\n')}\n`;
};

/** A waiver that ends within so many days is told. */
export const endsSoonDays = 30;

/** Lines of a list and characters of a line: the rest is counted. */
const shownWaivers = 5;
const maxText = 160;
const shownOwners = 10;
const maxOwner = 60;

/** The sentences of the weekly summary beside the open findings: the trend, the oldest, the owners, waivers that end
 *  soon. */
const weeklyLines = (open: StillOpen, at: string): readonly string[] => [
  ...trendOf(open),
  ...oldestOf(open, at),
  ...ownersOf(open),
  ...endingOf(open.waived ?? []),
];

/** Against a week ago: all that is audited, whatever a destination is told. */
const trendOf = ({ trend }: StillOpen): readonly string[] => {
  if (trend === undefined) return [];
  const total = (counts: typeof trend.now) => severities.reduce((sum, severity) => sum + counts[severity], 0);
  const which = severityList(trend.now);
  const now = `In all that is audited: ${counted(total(trend.now), 'finding')} open${which === '' ? '' : ` (${which})`}`;
  if (trend.before === undefined) return [`${now}; no run of a week ago is on record.`];
  const { startedAt, openBySeverity } = trend.before;
  const moved = severities.flatMap(severity => {
    const by = trend.now[severity] - openBySeverity[severity];
    return by === 0 ? [] : [`${by > 0 ? '+' : ''}${by} ${severity}`];
  });
  const how = moved.length === 0 ? 'of each severity as many' : moved.join(', ');
  return [`${now}; on ${startedAt.slice(0, 10)} it was ${total(openBySeverity)} (${how}).`];
};

const oldestOf = ({ findings }: StillOpen, at: string): readonly string[] => {
  const [oldest] = findings
    .filter(({ status }) => status === 'open')
    .toSorted((a, b) => compareText(a.firstSeenAt, b.firstSeenAt));
  if (oldest === undefined) return [];
  const { finding, firstSeenAt } = oldest;
  return [
    `Oldest of these: [${finding.severity}] ${cut(visible(finding.message), maxText)}, ${openFor({ firstSeenAt }, at)}.`,
  ];
};

/** Who has how many of them, most first; nothing where nobody is named. */
const ownersOf = ({ findings }: StillOpen): readonly string[] => {
  const open = findings.filter(({ status }) => status === 'open').map(({ finding }) => finding);
  const owners = [...Map.groupBy(open, ({ owner }) => owner)]
    .flatMap(([owner, theirs]) => (owner === undefined ? [] : [{ owner, theirs }]))
    .toSorted((a, b) => b.theirs.length - a.theirs.length || compareText(a.owner, b.owner));
  if (owners.length === 0) return [];
  const owned = owners.reduce((sum, { theirs }) => sum + theirs.length, 0);
  const shown = owners.slice(0, shownOwners);
  const parts = [
    ...shown.map(({ owner, theirs }) => `${cut(visible(owner), maxOwner)} ${severityList(countBySeverity(theirs))}`),
    ...moreOf(owners.length - shown.length, 'owner'),
    ...(open.length > owned ? [`without an owner ${open.length - owned}`] : []),
  ];
  return [`By owner: ${parts.join('; ')}.`];
};

/** One line for each waiver, the first to end first. */
const endingOf = (waived: readonly KnownFinding[]): readonly string[] => {
  const waivers = Map.groupBy(waived, ({ finding: { ruleId, waiver } }) =>
    JSON.stringify([waiver?.expires, waiver?.owner, ruleId, waiver?.reason]),
  );
  const lines = [...waivers]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([, covered]) => {
      const [{ finding } = { finding: undefined }] = covered;
      if (finding?.waiver === undefined) return [];
      const { expires, owner, reason } = finding.waiver;
      const counts = severityList(countBySeverity(covered.map(known => known.finding)));
      return [
        `The waiver of ${cut(visible(owner), maxText)} for ${visible(finding.ruleId)} (${counts}) ends on ${expires}: ${cut(visible(reason), maxText)}.`,
      ];
    });
  const more = lines.length - shownWaivers;
  return [
    ...lines.slice(0, shownWaivers),
    ...(more > 0
      ? [`${counted(more, 'more waiver')} ${more === 1 ? 'ends' : 'end'} within ${endsSoonDays} days.`]
      : []),
  ];
};
