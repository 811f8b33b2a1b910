import type { FindingFilter } from '../audit/ports.ts';
import { placeOfSubject } from '../facts.ts';
import { isOpen } from '../history/known-state.ts';
import type { FindingStatus, KnownFinding } from '../history/transition.ts';
import { atLeast, type Finding, type FindingLocation, roleNameOf, severities } from '../model.ts';
import { given } from '../text.ts';

/** Sorts as text: open before explained before resolved before waived, then worst first, then oldest change first, then by
 *  id. */
export const worstFirstKey = ({ status, finding, changedAt }: KnownFinding): string =>
  [
    status === 'explained' ? 'open-explained' : status,
    severities.indexOf(finding.severity),
    changedAt,
    finding.id,
  ].join('#');

/** The part of `worstFirst` before the time: `open#0`. The rest of an index's sort key is one level: its first part. */
export const sortLevelOf = (sorted: string): string => {
  const [first = '', second = ''] = sorted.split('#', 2);
  return /^\d$/.test(second) ? `${first}#${second}` : first;
};

/** The key of the index by status and severity: `open#high`. */
export const statusAndSeverity = (status: FindingStatus, severity: string): string => `${status}#${severity}`;

/** The part of a filter about a finding itself, and not about its state. */
type Named = Pick<Finding, 'ruleId' | 'subject'> & Partial<Omit<FindingLocation, 'accountId'>>;

/** True if a finding passes every field of a filter that is given, by itself or by something that is folded under it. */
export const passes = (filter: FindingFilter, known: KnownFinding): boolean => {
  const { finding, status, changedAt } = known;
  return (
    is(filter.status, status) &&
    (filter.minSeverity === undefined || atLeast(finding.severity, filter.minSeverity)) &&
    is(filter.impact, finding.impact) &&
    is(filter.accountId, finding.accountId) &&
    (filter.changedSince === undefined || changedAt >= filter.changedSince) &&
    (isNamed(filter, finding) || passesByFolded(filter, known))
  );
};

/** True if only something that is folded under a finding has the names of a filter. A resolved finding folds nothing, and
 *  what an explained one folded is folded under its cause. */
export const passesByFolded = (filter: FindingFilter, known: KnownFinding): boolean =>
  isOpen(known) && isNamedByFolded(filter, known.finding);

const isNamedByFolded = (filter: FindingFilter, finding: Finding): boolean =>
  !isNamed(filter, finding) &&
  finding.explains.some(({ ruleId, subject }) =>
    isNamed(filter, { ...given({ clusterName: finding.clusterName }), ...placeOfSubject(subject), ruleId, subject }),
  );

const isNamed = (filter: FindingFilter, named: Named): boolean =>
  is(filter.clusterName, named.clusterName) &&
  is(filter.ruleId, named.ruleId) &&
  is(filter.subject, named.subject) &&
  is(filter.namespace, named.namespace) &&
  is(filter.serviceAccount, named.serviceAccount) &&
  (filter.role === undefined || isRole(filter.role, named.roleArn));

/** True for a role's ARN and its own name. */
const isRole = (wanted: string, arn: string | undefined): boolean =>
  arn !== undefined && (wanted === arn || wanted === roleNameOf(arn));

const is = (wanted: string | undefined, got: string | undefined): boolean => wanted === undefined || wanted === got;
