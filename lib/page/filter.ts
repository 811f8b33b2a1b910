import { type Severity, severities } from '../core/model/finding.ts';
import type { PageFinding } from '../core/report/html/page-data.ts';

/** What the list of findings is narrowed to. An empty text asks for nothing. */
export interface Filter {
  readonly text: string;
  readonly severities: ReadonlySet<Severity>;
  readonly impact: string;
  readonly cluster: string;
  readonly rule: string;
}

/** Every finding. */
export const everything: Filter = { text: '', severities: new Set(severities), impact: '', cluster: '', rule: '' };

/** The texts of a finding that a search looks in, in lower case. */
export const searchTextOf = (finding: PageFinding): string =>
  [
    finding.ruleId,
    finding.subject,
    finding.message,
    finding.clusterName,
    finding.accountId,
    finding.region,
    finding.id,
    finding.podError,
    finding.fix.summary,
    ...finding.fix.commands,
    ...finding.evidence.flatMap(({ what, got, wanted, readFrom }) => [what, got, wanted, readFrom]),
    ...finding.explains.flatMap(({ ruleId, subject, message }) => [ruleId, subject, message]),
  ]
    .join('\n')
    .toLowerCase();

/** True if the finding is one of those asked for; every word of the text has to occur. */
export const matches = (finding: PageFinding, searchText: string, filter: Filter): boolean =>
  filter.severities.has(finding.severity) &&
  (filter.impact === '' || finding.impact === filter.impact) &&
  (filter.cluster === '' || finding.clusterName === filter.cluster) &&
  (filter.rule === '' || finding.ruleId === filter.rule) &&
  wordsOf(filter.text).every(word => searchText.includes(word));

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** The filter as the part of an address behind `#`: `q=…&severity=high,low&cluster=…`; empty if it asks for all. */
export const addressOf = (filter: Filter): string => {
  const parameters = new URLSearchParams();
  const set = (name: string, value: string): void => {
    if (value !== '') parameters.set(name, value);
  };
  set('q', filter.text);
  set('impact', filter.impact);
  set('cluster', filter.cluster);
  set('rule', filter.rule);
  if (filter.severities.size < severities.length) parameters.set('severity', [...filter.severities].join(','));
  return parameters.toString();
};

/** The filter of an address; undefined where it has none, as `#coverage` and `#finding=…`. */
export const filterOf = (address: string): Filter | undefined => {
  const parameters = new URLSearchParams(address);
  if (!['q', 'impact', 'cluster', 'rule', 'severity'].some(name => parameters.has(name))) return undefined;
  const wanted = parameters.get('severity')?.split(',');
  return {
    text: parameters.get('q') ?? '',
    severities: new Set(severities.filter(severity => wanted?.includes(severity) ?? true)),
    impact: parameters.get('impact') ?? '',
    cluster: parameters.get('cluster') ?? '',
    rule: parameters.get('rule') ?? '',
  };
};
