/** Names of a service account as the rules may see them: placeholders are filled in, and told as they are written. */
import { isNearMissKey, partitionOf, roleArnKey, roleNameOf } from '../../../model.ts';
import { given } from '../../../text.ts';
import { overlap, tokenFor } from '../fill-statement.ts';
import { fillPlaceholders, hasPlaceholder, templateOf } from '../placeholders.ts';
import { isNoRole } from '../references.ts';
import { accountBeside, homeIn, type RoleHome } from '../role-home.ts';
import type { FoundEntry, FoundServiceAccount } from './objects.ts';

/** The namespace of an object whose file names none. */
export const noNamespace = 'namespace-not-set';

/** A service account as the rules may see it. */
export interface NamedForRules {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: readonly FoundEntry[];
  /** Role annotations that are filled in later. */
  readonly later: readonly FoundEntry[];
  /** The annotation as the file has it; absent where eksctl writes it. */
  readonly role?: FoundEntry;
  /** The text of the file for each filling. */
  readonly back: ReadonlyMap<string, string>;
}

/** True for a role that is filled in later: it has a placeholder, or words in capitals in place of it, or a word in place of its account. */
export const isOpenRole = (value: string): boolean =>
  (hasPlaceholder(value) && mayBeRole(value)) ||
  /^[A-Z][A-Z0-9]*(?:[-_ ][A-Z0-9]+)*$/.test(value) ||
  /^arn:[a-z-]+:iam::[\w.-]*[A-Za-z][\w.-]*:role\//.test(value);

/** Patterns of the parts of a role's ARN; none of them has a colon. */
const roleParts = ['arn', '*', 'iam', '', '*', 'role/*'];

/** False for a text with placeholders that is the ARN of a role for no value of them. */
const mayBeRole = (value: string): boolean => {
  if (isNoRole(value)) return false;
  const parts = templateOf(value)
    .replace(/[\\"']/g, '')
    .split(':');
  return parts.length < roleParts.length
    ? overlap(parts.join(':'), roleParts.join(':'))
    : parts.length === roleParts.length && parts.every((part, at) => overlap(part, roleParts[at] ?? ''));
};

/** A text that is the ARN of no role, with made-up parts in place of its placeholders: its account and partition are right. */
const otherThanRole = (value: string): string => {
  const kind = /^\$\{(?:data\.)?aws_iam_([a-z]+(?:_[a-z]+)*)\.[^{}]*\.arn\}$/.exec(value)?.[1];
  const [account, name] = [accountBeside(value), tokenFor(value)];
  if (kind !== undefined) return `arn:${partitionOf('')}:iam::${account}:${kind.replace('_', '-')}/${name}`;
  return fillPlaceholders(value, tokenFor)
    .replace(/^arn:some-value-\w{8}(?=:)/, `arn:${partitionOf('')}`)
    .replace(/(?<=^arn:[\w-]+:iam::)some-value-\w{8}/, account);
};

/** A role's ARN as the rules may see it, and the text of the file behind it: one with placeholders is one that is well formed,
 *  in the role's home where that is known, and the same for the same text. */
export const roleForRules = (
  value: string,
  home: Partial<RoleHome> = homeIn(value),
): { readonly arn: string; readonly names: readonly (readonly [string, string])[] } => {
  if (!isOpenRole(value)) return { arn: value, names: [] };
  const { accountId = accountBeside(value), partition = partitionOf('') } = { ...home, ...homeIn(value) };
  const arn = `arn:${partition}:iam::${accountId}:role/${tokenFor(value)}`;
  return {
    arn,
    names: [
      [arn, value],
      [roleNameOf(arn), value],
    ],
  };
};

/** Fills in the placeholders of a service account. A role that is filled in later is one that is well formed. */
export const namedForRules = ({ namespace, name, annotations, isRoleMade, at }: FoundServiceAccount): NamedForRules => {
  const back = new Map([
    [`${noNamespace}/`, ''],
    [`in namespace ${noNamespace} `, 'in its namespace '],
  ]);
  const fill = (text: string): string => {
    const filled = fillPlaceholders(text, tokenFor);
    if (filled !== text) back.set(filled, text);
    return filled;
  };
  const madeUp = (value: string): string => {
    const { arn, names } = roleForRules(value);
    for (const [seen, written] of names) back.set(seen, written);
    return arn;
  };
  const later = annotations.filter(({ key, value }) => key === roleArnKey && isOpenRole(value));
  const filled = (value: string): string => {
    if (!hasPlaceholder(value)) return value;
    const other = otherThanRole(value);
    back.set(other, value);
    return other;
  };
  const known = annotations.map(one => {
    if (one.key !== roleArnKey)
      return isNearMissKey(one.key) && isOpenRole(one.value) ? { ...one, value: madeUp(one.value) } : one;
    return { ...one, value: later.includes(one) ? madeUp(one.value) : filled(one.value) };
  });
  const made = isRoleMade ? [{ key: roleArnKey, value: madeUp('<role that eksctl makes>'), at }] : [];
  return {
    namespace: namespace === undefined ? noNamespace : fill(namespace),
    name: fill(name),
    annotations: [...known, ...made],
    later,
    ...given({ role: annotations.find(({ key }) => key === roleArnKey) }),
    back,
  };
};
