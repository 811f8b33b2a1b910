import { type Finding, impacts, severities } from '../model/finding.ts';
import { visible } from '../text/visible-text.ts';
import { thingOf } from './overview/cause-line.ts';

/** One fault, with every finding of it: what a module sets up wrong in forty clusters is one root cause. */
export interface RootCause {
  /** `webhook: not found`, `orders/refund → store-orders: condition mismatch`. Where findings differ by the name of their
   *  cluster only, `<cluster>` stands for it. */
  readonly text: string;
  /** In the order in which they were given. */
  readonly findings: readonly [Finding, ...Finding[]];
}

/** The fault of a finding's subject, by names: `webhook: not found`, `orders/refund → store-orders: condition
 *  mismatch`. */
export const faultOf = (finding: Finding): string => faultText(thingOf(finding), finding);

const faultText = (thing: string, { brief }: Finding): string =>
  thing === 'cluster' ? visible(brief) : `${thing}: ${visible(brief)}`;

/** Stands for the name of a cluster. */
const anyCluster = '<cluster>';
/** A shorter name of a cluster stands in other names by chance. */
const leastName = 3;

/** The name of a role or service account often holds the name of its cluster; what is left is the same in each. */
const faultOfAny = (finding: Finding): string => {
  const { clusterName = '' } = finding;
  const thing = thingOf(finding);
  const name = visible(clusterName);
  return faultText(name.length < leastName ? thing : thing.replaceAll(name, anyCluster), finding);
};

/** Findings by root cause. Causes stand in the order of their first findings. */
export const causesIn = (findings: readonly Finding[]): readonly RootCause[] =>
  [...Map.groupBy(findings, faultOfAny).values()].flatMap(own => {
    const [first, ...others] = own;
    if (first === undefined) return [];
    const isOne = new Set(own.map(faultOf)).size === 1;
    return [{ text: isOne ? faultOf(first) : faultOfAny(first), findings: [first, ...others] as const }];
  });

/** Root causes worst first: by severity and impact of the worst finding, then what stands in more places. Informational
 *  ones are none. */
export const worstCauses = (findings: readonly Finding[]): readonly RootCause[] => {
  const causes = causesIn(findings.filter(({ severity }) => severity !== 'info'));
  const rank = ({ findings: [{ severity, impact }] }: RootCause): number =>
    severities.indexOf(severity) * 10 + impacts.indexOf(impact);
  return causes.toSorted((a, b) => rank(a) - rank(b) || b.findings.length - a.findings.length);
};
