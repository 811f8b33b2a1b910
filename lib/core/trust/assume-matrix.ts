/** Who may assume what among existing accounts: all roles by all accounts, without walking all pairs. */
import { compareText } from '../model/finding.ts';
import { holds, type Tri } from './formula.ts';
import { literalPrefix } from './glob.ts';
import type { AccountName } from './service-account-subject.ts';
import { termsOf } from './terms.ts';

/** Accounts of one cluster, made ready to be asked about. */
export interface AccountTable {
  readonly accounts: readonly AccountName[];
  /** Sorted by code units; `order` gives the account of each. */
  readonly subjects: readonly string[];
  readonly order: readonly number[];
  readonly at: ReadonlyMap<string, number>;
}

/** Sorts the accounts once; n log n. */
export const accountTable = (accounts: readonly AccountName[]): AccountTable => {
  const all = accounts.map(({ namespace, name }) => `system:serviceaccount:${namespace}:${name}`);
  const order = all.map((_, index) => index).sort((a, b) => compareText(all[a] ?? '', all[b] ?? ''));
  return {
    accounts,
    subjects: order.map(index => all[index] ?? ''),
    order,
    at: new Map(all.map((subject, index) => [subject, index])),
  };
};

/** The accounts that a compiled policy lets in for certain, as indices into the table, ascending. */
export const assumersAmong = ({ certain }: Tri, table: AccountTable): readonly number[] => {
  if (certain === false) return [];
  if (certain === true) return table.accounts.map((_, index) => index);
  const terms = termsOf(certain);
  if (!terms) return scan(certain, table, '');
  const found = new Set<number>();
  for (const { literal, positives } of terms) {
    if (literal !== undefined) {
      const index = table.at.get(literal);
      if (index !== undefined) found.add(index);
      continue;
    }
    const prefixes = positives.map(literalPrefix);
    const longest = prefixes.reduce((best, prefix) => (prefix.length > best.length ? prefix : best), '');
    for (const index of scan(certain, table, longest)) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
};

/** The accounts with a prefix for which the formula holds. */
const scan = (formula: Tri['certain'], table: AccountTable, prefix: string): readonly number[] => {
  const found: number[] = [];
  for (let at = firstAtLeast(table.subjects, prefix); at < table.subjects.length; at += 1) {
    const subject = table.subjects[at] ?? '';
    if (!subject.startsWith(prefix)) break;
    if (holds(formula, subject)) found.push(table.order[at] ?? 0);
  }
  return found;
};

const firstAtLeast = (sorted: readonly string[], text: string): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
};
