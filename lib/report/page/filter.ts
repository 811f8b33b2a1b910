import { type Severity, severities } from '../../model.ts';
import { given } from '../../text.ts';
import type { PageAlike } from '../html/page-data.ts';
import type { PageFinding } from '../html/page-finding.ts';

/** The fields to choose findings by, beside severity: each is a field of the page, and a parameter of its address. A search
 *  finds a rule by its id. */
export const choices = ['q', 'impact', 'account', 'cluster', 'namespace', 'step', 'group'] as const;
type Choice = (typeof choices)[number];

/** The filter of the list of findings, and its grouping. An empty text asks for nothing. */
export interface Filter extends Readonly<Record<Choice, string>> {
  readonly severities: ReadonlySet<Severity>;
  /** Findings that a waiver covers are listed too. */
  readonly waived: boolean;
}

/** Every finding that no waiver covers: what the counts of the page count. */
export const everything: Filter = {
  q: '',
  impact: '',
  account: '',
  cluster: '',
  namespace: '',
  step: '',
  group: '',
  severities: new Set(severities),
  waived: false,
};

/** The texts of a finding that a search looks in, in lower case. */
export const searchTextOf = (finding: PageFinding): string =>
  [
    finding.ruleId,
    finding.subject,
    finding.message,
    ...finding.clusters,
    finding.accountId,
    finding.region,
    finding.namespace,
    finding.serviceAccount,
    finding.roleArn,
    finding.id,
    finding.podError,
    finding.fix.summary,
    ...finding.fix.commands,
    ...finding.evidence.flatMap(({ what, got, wanted, readFrom }) => [what, got, wanted, readFrom]),
    ...finding.explains.flatMap(({ ruleId, subject, message }) => [ruleId, subject, message]),
  ]
    .join('\n')
    .toLowerCase();

/** True if the finding is one of those asked for; every word of the text has to occur. The cluster may be the name of
 *  several that are alike. */
export const matches = (
  finding: PageFinding,
  searchText: string,
  filter: Filter,
  alike: readonly PageAlike[] = [],
): boolean =>
  filter.severities.has(finding.severity) &&
  (filter.waived || finding.waiver === undefined) &&
  (filter.impact === '' || finding.impact === filter.impact) &&
  (filter.account === '' || finding.accountId === filter.account) &&
  (filter.namespace === '' || finding.namespace === filter.namespace) &&
  (filter.cluster === '' || clustersNamed(filter.cluster, alike).some(name => finding.clusters.includes(name))) &&
  (filter.step === '' || finding.step === filter.step) &&
  wordsOf(filter.q).every(word => searchText.includes(word));

const clustersNamed = (wanted: string, alike: readonly PageAlike[]): readonly string[] =>
  alike.find(({ name }) => name === wanted)?.clusters ?? [wanted];

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** The filter as the part of an address behind `#`: `q=…&severity=high,low&cluster=…`; empty if it asks for all. */
export const filterAddress = (filter: Filter): string => {
  const parameters = new URLSearchParams();
  for (const name of choices) if (filter[name] !== '') parameters.set(name, filter[name]);
  if (filter.severities.size < severities.length) parameters.set('severity', [...filter.severities].join(','));
  if (filter.waived) parameters.set('waived', 'yes');
  return parameters.toString();
};

/** The filter of an address; undefined where it has none, as `#coverage` and `#finding=…`. */
export const filterOf = (address: string): Filter | undefined => {
  const parameters = new URLSearchParams(address);
  if (![...choices, 'severity', 'waived'].some(name => parameters.has(name))) return undefined;
  const wanted = parameters.get('severity')?.split(',');
  const chosen = Object.fromEntries(choices.map(name => [name, parameters.get(name) ?? '']));
  return {
    ...everything,
    ...chosen,
    severities: new Set(severities.filter(severity => wanted?.includes(severity) ?? true)),
    waived: parameters.get('waived') === 'yes',
  };
};

/** Findings of one root cause that stand as one line, or a single one. */
export interface Line {
  /** Of several findings; absent of one. */
  readonly cause?: string;
  readonly findings: readonly [PageFinding, ...PageFinding[]];
}

/** Findings that have one root cause as one line, at the place of the first. */
export const linesOf = (findings: readonly PageFinding[], causes: readonly string[]): readonly Line[] =>
  [...Map.groupBy(findings, ({ cause, id }) => cause ?? id).values()].flatMap(own => {
    const [first, ...others] = own;
    if (first === undefined) return [];
    const cause = others.length === 0 ? undefined : causes[first.cause ?? -1];
    return [{ findings: [first, ...others] as const, ...given({ cause }) }];
  });

/** Findings under one heading; without a title where they are not grouped. */
interface Group {
  readonly title: string;
  readonly findings: readonly PageFinding[];
}

const titles: Readonly<Record<string, (finding: PageFinding) => string>> = {
  cause: ({ ruleId }) => ruleId,
  cluster: ({ clusters }) => clusters.join(', ') || 'no cluster',
  namespace: ({ clusters, namespace }) =>
    namespace === undefined ? 'no namespace' : [clusters.join(', '), namespace].filter(Boolean).join(' / '),
  account: ({ accountId }) => accountId,
};

/** Findings by what was chosen; groups and findings keep their order, so the worst group is first. A choice that the page
 *  does not know groups nothing. */
export const groupsOf = (findings: readonly PageFinding[], by: string): readonly Group[] => {
  const titleOf = titles[by] ?? (() => '');
  const groups = new Map<string, PageFinding[]>();
  for (const finding of findings) {
    const title = titleOf(finding);
    groups.set(title, [...(groups.get(title) ?? []), finding]);
  }
  return [...groups].map(([title, found]) => ({ title, findings: found }));
};
