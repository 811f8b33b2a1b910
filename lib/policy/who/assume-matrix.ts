/** Who may assume what among existing accounts: all roles by all accounts, without walking all pairs. */
import { compareText } from '../../text.ts';
import { holds, type ThreeValued } from '../decide/formula.ts';
import { literalPrefix } from '../decide/glob.ts';
import { subjectOf } from '../decide/request.ts';
import { type Term, termsOf } from './dnf.ts';
import type { AccountName } from './service-account-subject.ts';

/** A subject with its account, as an index into the list that was given. */
interface Entry {
  readonly subject: string;
  readonly index: number;
}

/** Accounts of one cluster, made ready to be asked about: sorted by their subjects' code units. */
type AccountTable = readonly Entry[];

const sorted = (accounts: readonly AccountName[]): AccountTable =>
  accounts
    .map(({ namespace, name }, index) => ({ subject: subjectOf(namespace, name), index }))
    .sort((a, b) => compareText(a.subject, b.subject));

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
  const table = tableOf(accounts);
  const terms = termsOf(certain);
  const prefixes = terms === undefined ? [''] : terms.map(prefixOf);
  const found = new Set(prefixes.flatMap(prefix => scan(certain, table, prefix)));
  return [...found].sort((a, b) => a - b).flatMap(index => accounts[index] ?? []);
};

/** The common beginning of every subject of a term, by its literal or its first pattern. */
const prefixOf = ({ literal, positives: [first] }: Term): string => literal ?? (first ? literalPrefix(first) : '');

/** The accounts with a prefix for which the formula holds. */
const scan = (formula: ThreeValued['certain'], table: AccountTable, prefix: string): readonly number[] => {
  const found: number[] = [];
  let at = firstAtLeast(table, prefix);
  for (let entry = table[at]; entry?.subject.startsWith(prefix); entry = table[at]) {
    if (holds(formula, entry.subject)) found.push(entry.index);
    at += 1;
  }
  return found;
};

const firstAtLeast = (table: AccountTable, text: string): number => {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table[middle]?.subject ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
};
