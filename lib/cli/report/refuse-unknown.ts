import { clustersOf } from '../../facts.ts';
import { roleNameOf, valueOr } from '../../model.ts';
import { compareText } from '../../text.ts';
import type { Audited } from '../scan/audit-session.ts';
import { unknownName } from '../shell/unknown-name.ts';
import type { ReportFilter } from './report-filter.ts';

type AskedNames = Pick<ReportFilter, 'account' | 'cluster' | 'role' | 'serviceAccount'>;

/** Throws `UsageError` for an account, a cluster, a service account or a role that the audit does not have, where all of them were read:
 *  an empty answer would look like health. */
export const refuseUnknownNames = (
  { account = [], cluster = [], role = [], serviceAccount = [] }: AskedNames,
  audited: Audited,
): void => {
  refuseUnknownAwsAccounts(account, audited);
  refuseUnknownClusters(cluster, audited);
  refuseUnknownAccounts(serviceAccount, audited);
  const sections = audited.facts.map(({ snapshot }) => snapshot.roles);
  if (sections.length === 0 || sections.some(({ status }) => status !== 'complete')) return;
  const names = sections.flatMap(section => valueOr(section, []).map(({ name }) => name));
  const arns = sections.flatMap(section => valueOr(section, []).map(({ arn }) => arn));
  // A finding may be about a role that does not exist.
  const told = audited.report.findings.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn]));
  const known = new Set([...names, ...arns, ...told, ...told.map(roleNameOf)]);
  for (const wanted of role)
    if (!known.has(wanted)) throw unknownName('--role', 'role', wanted, [...new Set(names)].sort(compareText));
};

/** An account that was asked for and not read has a gap. */
const refuseUnknownAwsAccounts = (wanted: readonly string[], { report }: Audited): void => {
  const known = [...report.accounts, ...report.gaps, ...report.findings].map(({ accountId }) => accountId);
  for (const id of wanted)
    if (!known.includes(id)) throw unknownName('--account', 'AWS account', id, [...new Set(known)].sort(compareText));
};

const refuseUnknownAccounts = (wanted: readonly string[], { facts, report }: Audited): void => {
  // A role that was not read may trust a service account that does not exist.
  const isAll = facts.every(({ fleet, snapshot }) => fleet.gaps.length === 0 && snapshot.roles.status === 'complete');
  const sections = facts.flatMap(({ snapshot }) =>
    clustersOf(snapshot).map(({ kubernetes }) =>
      kubernetes.status === 'complete' ? kubernetes.value.serviceAccounts : undefined,
    ),
  );
  if (!isAll || sections.some(section => section?.status !== 'complete')) return;
  const names = sections.flatMap(section => (section === undefined ? [] : valueOr(section, []))).map(nameOfAccount);
  const known = new Set([...names, ...report.findings.map(nameOfAccount)]);
  for (const name of wanted)
    if (!known.has(name))
      throw unknownName('--service-account', 'service account', name, [...new Set(names)].sort(compareText));
};

const nameOfAccount = (one: {
  readonly namespace?: string;
  readonly name?: string;
  readonly serviceAccount?: string;
}) => `${one.namespace}/${one.serviceAccount ?? one.name}`;

/** Throws `UsageError` for a cluster that the fleet does not have. Where clusters could not be read it may be one of
 *  them: the gap then makes exit code 3. */
export const refuseUnknownClusters = (names: readonly string[], { facts }: Audited): void => {
  if (facts.length === 0 || facts.some(({ fleet }) => fleet.gaps.length > 0)) return;
  const known = [...new Set(facts.flatMap(({ fleet }) => fleet.clusters.map(({ name }) => name)))].sort(compareText);
  for (const name of names) if (!known.includes(name)) throw unknownName('--cluster', 'cluster', name, known);
};
