import type { KnownFinding, StillOpen } from '../../history/transition.ts';
import { severities } from '../../model/finding.ts';
import { compareText } from '../../text/compare-text.ts';
import { counted } from '../../text/counted.ts';
import { daysBetween } from '../../text/days-between.ts';
import { cut, visible } from '../../text/visible-text.ts';
import { countBySeverity, severityList } from '../summary.ts';

/** A waiver that ends within so many days is told. */
export const endsSoonDays = 30;

const shownWaivers = 5;
const maxText = 160;
const shownOwners = 10;
const maxOwner = 60;

/** What the weekly summary says beside what is open, one sentence each: the trend, the oldest, the owners, waivers that end soon. */
export const weeklyLines = (open: StillOpen, at: string): readonly string[] => [
  ...trendOf(open),
  ...oldestOf(open, at),
  ...ownersOf(open),
  ...endingOf(open.waived ?? []),
];

/** Against a week ago: all that is audited, whatever a destination is told. */
const trendOf = ({ trend }: StillOpen): readonly string[] => {
  if (trend === undefined) return [];
  const total = (counts: typeof trend.now) => severities.reduce((sum, severity) => sum + counts[severity], 0);
  const now = `In all that is audited: ${counted(total(trend.now), 'finding')} open`;
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
    `Oldest of these: [${finding.severity}] ${cut(visible(finding.message), maxText)}, open for ${counted(daysBetween(firstSeenAt, at), 'day')}.`,
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
    ...(owners.length > shown.length ? [counted(owners.length - shown.length, 'more owner')] : []),
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
    ...(more > 0 ? [`${counted(more, 'more waiver')} end within ${endsSoonDays} days.`] : []),
  ];
};
