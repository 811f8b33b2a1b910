import type { CoverageNews } from '../../history/transition.ts';
import { type CoverageNotice, steadyRuns } from '../../history/watch-coverage.ts';
import { sectionName } from '../../model.ts';
import { counted, cut, visible } from '../../text.ts';
import { isRefusedInside } from '../summary.ts';

/** The moves in coverage, as one line for all places with one cause. */
export interface CoverageLine {
  readonly kind: CoverageNotice['kind'];
  /** `roles of account 111122223333 cannot be read: …`; on one line, bounded. */
  readonly message: string;
  /** The permission to grant, where one is missing. */
  readonly fix: string | undefined;
}

/** Places of a line by name, and characters as in every digest: the rest is counted or cut. */
const placesShown = 3;
const maxMessage = 600;
const maxName = 200;

/** The lines of what moved in coverage: one for each cause, in the order of the notices. */
export const coverageNewsLines = ({ notices }: CoverageNews): readonly CoverageLine[] =>
  [...Map.groupBy(notices, causeOf).values()].flatMap(group =>
    group[0] === undefined ? [] : [lineOf(group[0], group)],
  );

const causeOf = ({ kind, section, whole, comesAndGoes, reason }: CoverageNotice): string =>
  JSON.stringify([kind, section, whole, comesAndGoes, reason.operation, reason.kind, actionOf(reason.permission)]);

/** A permission without the resource that it is needed on. */
const actionOf = (permission = ''): string => permission.split(' on ')[0] ?? '';

const lineOf = (first: CoverageNotice, group: readonly CoverageNotice[]): CoverageLine => {
  const { kind, reason, section, whole, comesAndGoes, since } = first;
  const subject = `${sectionName(section)} of ${placesOf(group)}`;
  if (kind === 'returned')
    return { kind, message: clean(`${subject}: read again, or gone; not read since ${since}`), fix: undefined };
  const again = comesAndGoes ? ` It comes and goes: more is said when it was read in ${steadyRuns} runs in a row.` : '';
  const why = `${reason.operation} ${reason.kind}: ${cut(reason.message, maxName)}.${again}`;
  const permissions = [...new Set(group.flatMap(each => each.reason.permission ?? []))];
  return {
    kind,
    message: clean(`${subject} could not be read${whole ? '' : ' wholly'}: ${why}`),
    fix:
      permissions.length === 0
        ? undefined
        : clean(`Grant ${listOf(permissions)}${isRefusedInside(first) ? ': irsa-auditor init cluster --all' : ''}.`),
  };
};

const placesOf = (group: readonly CoverageNotice[]): string => listOf([...new Set(group.map(placeOf))]);

const placeOf = ({ accountId, region, clusterName }: CoverageNotice): string =>
  [
    ...(clusterName === undefined ? [] : [`cluster ${cut(clusterName, maxName)} in`]),
    region ?? '',
    `account ${accountId}`,
  ]
    .filter(text => text !== '')
    .join(' ');

const listOf = (names: readonly string[]): string => {
  const more = names.length - placesShown;
  return [...names.slice(0, placesShown), ...(more > 0 ? [counted(more, 'more', 'more')] : [])].join(', ');
};

const clean = (text: string): string => cut(visible(text), maxMessage);

/** `3 not read, 1 read again`: how many places moved. */
export const coverageCounts = ({ notices, beyond }: CoverageNews): readonly string[] => {
  const of = (kind: CoverageNotice['kind']) => notices.filter(notice => notice.kind === kind).length;
  return [
    ...(of('fell') > 0 ? [`${of('fell')} not read`] : []),
    ...(of('returned') > 0 ? [`${of('returned')} read again`] : []),
    ...(beyond > 0 ? [`${beyond} more moved in coverage`] : []),
  ];
};
