import type { FindingFilter } from '../audit/ports.ts';
import type { FindingStatus, KnownFinding } from '../core/drift/transition.ts';
import { roleNameOf } from '../core/model/arn.ts';
import { atLeast, severities } from '../core/model/finding.ts';

/** Sorts as text: open before resolved before waived, then worst first, then oldest change first, then by id. */
export const worstFirst = ({ status, finding, changedAt }: KnownFinding): string =>
  [status, severities.indexOf(finding.severity), changedAt, finding.id].join('#');

/** The part of `worstFirst` before the time: `open#0`. What else an index is sorted by is one level: its first part. */
export const levelOf = (sorted: string): string => {
  const [first = '', second = ''] = sorted.split('#', 2);
  return /^\d$/.test(second) ? `${first}#${second}` : first;
};

/** The key of the index by status and severity: `open#high`. */
export const statusAndSeverity = (status: FindingStatus, severity: string): string => `${status}#${severity}`;

/** True if a finding passes every field of a filter that is given. */
export const passes = (filter: FindingFilter, { finding, status, changedAt }: KnownFinding): boolean =>
  is(filter.status, status) &&
  (filter.minSeverity === undefined || atLeast(finding.severity, filter.minSeverity)) &&
  is(filter.accountId, finding.accountId) &&
  is(filter.clusterName, finding.clusterName) &&
  is(filter.ruleId, finding.ruleId) &&
  is(filter.subject, finding.subject) &&
  is(filter.namespace, finding.namespace) &&
  is(filter.serviceAccount, finding.serviceAccount) &&
  (filter.role === undefined || isRole(filter.role, finding.roleArn)) &&
  (filter.changedSince === undefined || changedAt >= filter.changedSince);

/** True for a role's ARN and its own name. */
const isRole = (wanted: string, arn: string | undefined): boolean =>
  arn !== undefined && (wanted === arn || wanted === roleNameOf(arn));

const is = (wanted: string | undefined, got: string | undefined): boolean => wanted === undefined || wanted === got;
