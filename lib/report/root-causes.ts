import { compareFindings, type Finding, impacts, severities } from '../model.ts';
import { cut, visible } from '../text.ts';
import { thingOf } from './overview/cause-line.ts';

/** One fault, with every finding of it: what a module sets up wrong in forty clusters is one root cause. */
export interface RootCause {
  /** `webhook`, `orders/refund → store-orders`; absent where it is the cluster itself. Where findings differ by the name of
   *  their cluster only, `<cluster>` stands for it. */
  readonly thing?: string;
  /** `not found`, `condition mismatch`. */
  readonly fault: string;
  /** In the order in which they were given. */
  readonly findings: readonly [Finding, ...Finding[]];
}

/** The root cause in words, in at most `limit` characters: `webhook: not found`, `orders/refund → store-orders: condition
 *  mismatch`. Names are cut before the fault is. */
export const causeText = ({ thing, fault }: Pick<RootCause, 'thing' | 'fault'>, limit: number): string =>
  cut(thing === undefined ? fault : `${cut(thing, Math.max(leastName, limit - fault.length - 2))}: ${fault}`, limit);

/** The root cause of one finding. */
export const rootCauseOf = (finding: Finding): RootCause => rootCause(thingOf(finding), [finding]);

const rootCause = (thing: string, findings: RootCause['findings']): RootCause => ({
  ...(thing === 'cluster' ? {} : { thing }),
  fault: visible(findings[0].brief),
  findings,
});

/** Stands for the name of a cluster. */
const anyCluster = '<cluster>';
/** A shorter name of a cluster stands in other names by chance. */
const leastName = 3;

/** The name of a role or service account often holds the name of its cluster; what is left is the same in each. */
const thingInAny = (finding: Finding): string => {
  const thing = thingOf(finding);
  const name = visible(finding.clusterName ?? '');
  return name.length < leastName ? thing : thing.replaceAll(name, anyCluster);
};

/** Findings by root cause. Causes stand in the order of their first findings. */
export const causesIn = (findings: readonly Finding[]): readonly RootCause[] =>
  [...Map.groupBy(findings, finding => JSON.stringify([thingInAny(finding), finding.brief])).values()].flatMap(own => {
    const [first, ...others] = own;
    if (first === undefined) return [];
    const isOne = new Set(own.map(thingOf)).size === 1;
    return [rootCause(isOne ? thingOf(first) : thingInAny(first), [first, ...others])];
  });

/** Root causes worst first: that of the worst finding, then by severity and impact of each one's worst, then what stands in more
 *  places. Informational ones are none. */
export const worstCauses = (findings: readonly Finding[]): readonly RootCause[] => {
  const told = findings.filter(({ severity }) => severity !== 'info').sort(compareFindings);
  const [worst, ...others] = causesIn(told);
  const rank = ({ findings: [{ severity, impact }] }: RootCause): number =>
    severities.indexOf(severity) * impacts.length + impacts.indexOf(impact);
  const ranked = others.sort((a, b) => rank(a) - rank(b) || b.findings.length - a.findings.length);
  return worst === undefined ? [] : [worst, ...ranked];
};
