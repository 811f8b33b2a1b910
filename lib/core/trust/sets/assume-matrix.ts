/** Who may assume what among existing accounts: all roles by all accounts, without walking all pairs. */
import { compareText } from '../../text/compare-text.ts';
import { type Term, termsOf } from '../language/dnf.ts';
import { holds, type ThreeValued } from '../language/formula.ts';
import { literalPrefix } from '../language/glob.ts';
import type { AccountName } from '../language/service-account-subject.ts';

/** Accounts of one cluster, made ready to be asked about: sorted by their subjects' code units. */
interface AccountTable {
  readonly subjects: readonly string[];
  /** The account of each subject, as an index into the list that was given. */
  readonly order: readonly number[];
}

const sorted = (accounts: readonly AccountName[]): AccountTable => {
  const all = accounts.map(({ namespace, name }) => `system:serviceaccount:${namespace}:${name}`);
  const order = all.map((_, index) => index).sort((a, b) => compareText(all[a] ?? '', all[b] ?? ''));
  return { subjects: order.map(index => all[index] ?? ''), order };
};

/** A list of accounts is sorted once, however many policies are asked about it. */
const tables = new WeakMap<readonly AccountName[], AccountTable>();

const tableOf = (accounts: readonly AccountName[]): AccountTable => {
  const made = tables.get(accounts) ?? sorted(accounts);
  tables.set(accounts, made);
  return made;
};

/** The service accounts that are certainly allowed, in the order given. Asked of many policies, hand in the same list: it is
 *  sorted once, and a policy with exact subjects or prefixes looks at few of it. */
export const assumersAmong = <T extends AccountName>(
  { certain }: Pick<ThreeValued, 'certain'>,
  accounts: readonly T[],
): readonly T[] => {
  if (typeof certain === 'boolean') return certain ? accounts : [];
  const table = tableOf(accounts);
  const terms = termsOf(certain);
  const prefixes = terms === undefined ? [''] : terms.map(prefixOf);
  const found = new Set(prefixes.flatMap(prefix => scan(certain, table, prefix)));
  return [...found].sort((a, b) => a - b).flatMap(index => accounts[index] ?? []);
};

/** What every subject of a term begins with. */
const prefixOf = ({ literal, positives }: Term): string =>
  literal ?? positives.map(literalPrefix).reduce((best, prefix) => (prefix.length > best.length ? prefix : best), '');

/** The accounts with a prefix for which the formula holds. */
const scan = (formula: ThreeValued['certain'], table: AccountTable, prefix: string): readonly number[] => {
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
