/** Who a row of "who can assume what" is about. */
import { globMatches, intersectGlobs, subjectOf, wildcardGlob } from '../../policy.ts';
import type { AccessRow } from './access-row.ts';

type Who = Pick<AccessRow, 'namespace' | 'serviceAccount' | 'pattern' | 'except' | 'principal'>;

/** Who a row is about: `orders/refund`, the pattern of the subjects, or another principal. */
export const whoOf = ({ namespace, serviceAccount, pattern, except, principal }: Who): string => {
  if (principal !== undefined) return principal;
  if (pattern === undefined) return `${namespace}/${serviceAccount}`;
  const all = pattern === '*' ? 'every service account' : pattern;
  return except === undefined ? all : `${all}, but not ${except.join(', ')}`;
};

/** Whether a row stands for some service account of a namespace, beside those that are left out. */
export const isOfNamespace = ({ namespace, pattern, except = [] }: Who, wanted: string): boolean => {
  if (pattern === undefined) return namespace === wanted;
  const all = `system:serviceaccount:${wanted}:*`;
  if (/[*?]/.test(wanted) || except.some(one => globMatches(wildcardGlob(one), all))) return false;
  return intersectGlobs(wildcardGlob(pattern), wildcardGlob(all))?.length !== 0;
};

/** Whether a row stands for every service account of its cluster. */
export const isEveryAccount = ({ pattern, except }: Who): boolean =>
  (pattern === '*' || pattern === 'system:serviceaccount:*') && except === undefined;

/** Whether a row stands for this service account, by its name or by a pattern. */
export const coversAccount = (row: Who, namespace: string, name: string): boolean => {
  const { pattern, except = [] } = row;
  if (pattern === undefined) return row.namespace === namespace && row.serviceAccount === name;
  const matches = (text: string): boolean => globMatches(wildcardGlob(text), subjectOf(namespace, name));
  return matches(pattern) && !except.some(matches);
};
