import { globMatches, wildcardGlob } from '../../policy.ts';
import { csvOf } from '../../text.ts';
import { isOfNamespace, whoOf } from '../graph/who-of.ts';
import type { PageAccessRow } from '../html/page-data.ts';

/** The filter of the table of access. An empty text asks for nothing. */
export interface AccessFilter {
  readonly text: string;
  readonly cluster: string;
  /** Only rows that stand for several service accounts. */
  readonly patterns: boolean;
  /** Only roles of this level, in words. */
  readonly level: string;
}

/** The present ones of those that a row is about; of another principal, whether it is closed to strangers. */
export const nowOf = ({ pattern, state, members, principal, outside, byPodIdentity }: PageAccessRow): string => {
  if (principal !== undefined) return { open: 'open', 'may-be': 'not proven closed', no: 'closed' }[outside ?? 'no'];
  if (byPodIdentity) return 'Pod Identity';
  if (pattern !== undefined) return members === undefined ? 'not read' : `${members} match`;
  if (state === undefined) return 'not read';
  return { annotated: 'annotated', present: 'not annotated', absent: 'does not exist' }[state];
};

/** True if a row is one of those asked for; a principal of no cluster is one whatever the cluster. Every word of the text has to occur; a word like `orders/refund` also finds
 *  the patterns that the service account matches, and one like `orders/` those that match some of the namespace. */
export const matchesAccess = (row: PageAccessRow, { text, cluster, patterns, level }: AccessFilter): boolean => {
  if (level !== '' && row.level !== level) return false;
  if (cluster !== '' && row.cluster !== '' && row.cluster !== cluster) return false;
  if (patterns && row.pattern === undefined && row.principal === undefined) return false;
  const searched = [row.cluster, whoOf(row), row.roleArn, nowOf(row), row.decision, row.witness ?? '', row.level ?? '']
    .join('\n')
    .toLowerCase();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every(word => searched.includes(word) || isCovered(row, word));
};

const isCovered = (row: PageAccessRow, word: string): boolean => {
  const { pattern, except = [] } = row;
  const [namespace, name, ...more] = word.split('/');
  if (pattern === undefined || !namespace || name === undefined || more.length > 0) return false;
  if (name === '') return isOfNamespace(row, namespace);
  const is = (one: string): boolean => globMatches(wildcardGlob(one), `system:serviceaccount:${namespace}:${name}`);
  return is(pattern) && !except.some(is);
};

const columns = [
  'cluster',
  'namespace',
  'serviceAccount',
  'pattern',
  'except',
  'principal',
  'role',
  'roleArn',
  'accountId',
  'decision',
  'because',
  'now',
  'witness',
  'level',
] as const;

/** Rows as CSV with a header. */
export const accessCsv = (rows: readonly PageAccessRow[]): string =>
  csvOf(
    columns,
    rows.map(row => {
      const { cluster, namespace, serviceAccount, pattern, principal, role, roleArn, accountId, decision, because } =
        row;
      const names = { cluster, namespace, serviceAccount, pattern, except: row.except?.join(' '), principal };
      return {
        ...names,
        role,
        roleArn,
        accountId,
        decision,
        because,
        now: nowOf(row),
        witness: row.witness,
        level: row.level,
      };
    }),
  );
