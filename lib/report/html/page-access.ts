import { parseArn, roleNameOf } from '../../model/arn.ts';
import { cut, visible } from '../../text/visible-text.ts';
import type { AccessRow } from '../access-model.ts';
import { clusterNames } from '../cluster-names.ts';
import type { RunReport } from '../run-report.ts';

/** A table with more rows than this is too large for a page; the rest are counted and stand in the JSON format. */
const maxRows = 5_000;

/** A row of "who can assume what" as the page shows it: with names beside ARNs, all text made visible. */
export type PageAccessRow = Omit<AccessRow, 'clusterArn'> & {
  /** By the name of the page. */
  readonly cluster: string;
  readonly role: string;
  readonly accountId: string;
};

/** Who can assume what, for the page. */
export interface PageAccess {
  readonly rows: readonly PageAccessRow[];
  /** Rows that are not on the page. */
  readonly leftOut: number;
}

/** The table of a report for the page; undefined where the report has none. */
export const pageAccess = (report: RunReport): PageAccess | undefined => {
  if (report.access === undefined) return undefined;
  const { rows } = report.access;
  const names = clusterNames(report);
  const shown = rows.slice(0, maxRows);
  return {
    rows: shown.map(row => pageRow(row, names.get(row.clusterArn) ?? row.clusterArn)),
    leftOut: rows.length - shown.length,
  };
};

const pageRow = ({ clusterArn: _arn, ...row }: AccessRow, cluster: string): PageAccessRow => ({
  ...row,
  cluster: visible(cluster),
  roleArn: visible(row.roleArn),
  role: visible(roleNameOf(row.roleArn)),
  accountId: visible(parseArn(row.roleArn)?.accountId ?? ''),
  ...(row.pattern === undefined ? {} : { pattern: visible(cut(row.pattern, 1000)) }),
  ...(row.except === undefined ? {} : { except: row.except.map(text => visible(cut(text, 1000))) }),
  ...(row.because === undefined ? {} : { because: visible(cut(row.because, 1000)) }),
});
