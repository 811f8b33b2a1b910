import { parseSubject } from '../facts.ts';
import type { FactChange } from '../history/transition.ts';
import { roleNameOf, stripScheme } from '../model.ts';
import type { WatchedKind } from '../rules/evaluate/evaluation.ts';
import { cut, differingPart, visible } from '../text.ts';

/** Characters of a name, of a value, of a line. */
const maxName = 120;
const maxValue = 300;
/** Lines of one change. */
const maxLines = 6;

const kinds: Readonly<Record<WatchedKind, string>> = {
  'provider-audiences': 'audiences of provider',
  'provider-thumbprints': 'thumbprints of provider',
  'role-trust-policy': 'trust policy of role',
  'cluster-issuer': 'issuer of cluster',
  'issuer-chain': 'CA certificates of issuer',
  'issuer-keys-host': 'host of the keys of issuer',
  'webhook-configuration': 'webhook of cluster',
};

/** `trust policy of role ledger-keeper`, `audiences of provider of cluster depot`. */
export const factName = ({ kind, subject, clusterName }: FactChange): string =>
  cut(
    visible(`${kinds[kind]} ${clusterName === undefined ? shortName(kind, subject) : `of cluster ${clusterName}`}`),
    maxName,
  );

const shortName = (kind: WatchedKind, subject: string): string => {
  if (kind === 'role-trust-policy') return roleNameOf(subject);
  const parsed = parseSubject(subject);
  if ('clusterName' in parsed) return parsed.clusterName;
  return stripScheme('issuer' in parsed ? parsed.issuer : subject);
};

/** Trust policies first: who changes one changes who gets a role. */
export const factOrder = (changes: readonly FactChange[]): readonly FactChange[] =>
  changes.toSorted((a, b) => Number(b.kind === 'role-trust-policy') - Number(a.kind === 'role-trust-policy'));

/** A change of a short value on one line: `sts.amazonaws.com → (empty)`; undefined for one that needs a diff. */
export const factValue = ({ before, after }: FactChange): string | undefined => {
  const [was, is] = [shown(before ?? '(not there)'), shown(after ?? '(gone)')];
  return was.length + is.length > maxName ? undefined : `${was} → ${is}`;
};

const shown = (text: string): string => (text === '' ? '(empty)' : visible(text));

/** The changed parts, as lines of a diff that begin with `-` and `+`. A document is compared by its values, so that
 *  only those that are another now are shown; where that says nothing (an order, a text that is no JSON), its differing
 *  part is. */
export const factDiff = ({ before, after }: FactChange): readonly string[] => {
  const lines = before === undefined || after === undefined ? [] : documentDiff(before, after);
  if (lines.length === 0) return textDiff(before ?? '(not there)', after ?? '(gone)');
  const more = lines.length - maxLines;
  return [
    ...lines.slice(0, more > 0 ? maxLines - 1 : maxLines).map(line => cut(visible(line), maxValue)),
    ...(more > 0 ? [`… and ${more + 1} more lines`] : []),
  ];
};

const textDiff = (before: string, after: string): readonly string[] =>
  differingPart(visible(before), visible(after), maxValue).map(
    (text, index) => `${index === 0 ? '-' : '+'} ${cut(shown(text), maxValue)}`,
  );

const documentDiff = (before: string, after: string): readonly string[] => {
  const [old, now] = [partsOf(before), partsOf(after)];
  if (old === undefined || now === undefined) return [];
  const texts = (parts: readonly unknown[]) => new Set(parts.map(part => JSON.stringify(part)));
  const [oldTexts, nowTexts] = [texts(old), texts(now)];
  const gone = old.filter(part => !nowTexts.has(JSON.stringify(part)));
  const come = now.filter(part => !oldTexts.has(JSON.stringify(part)));
  const pairs = Array.from({ length: Math.max(gone.length, come.length) }, (_, index) => [gone[index], come[index]]);
  return pairs.flatMap(([was, is]) => {
    const [left, right] = [valuesOf(was, ''), valuesOf(is, '')];
    const lines = [
      ...left.filter(line => !right.includes(line)).map(line => `- ${line}`),
      ...right.filter(line => !left.includes(line)).map(line => `+ ${line}`),
    ];
    return withoutIssuer(lines);
  });
};

/** The statements of a policy, or the entries of a list; undefined for what is neither. */
const partsOf = (text: string): readonly unknown[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
    if (typeof value !== 'object' || value === null || !('Statement' in value)) return undefined;
    const { Statement, ...rest } = value;
    return [...(Array.isArray(Statement) ? Statement : [Statement]), rest];
  } catch {
    return undefined;
  }
};

/** Each value with the names that lead to it: `StringEquals …:sub = system:serviceaccount:books:keeper`. */
const valuesOf = (value: unknown, path: string): readonly string[] => {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap(item => valuesOf(item, path));
  if (typeof value !== 'object' || value === null) return [`${path} = ${String(value)}`];
  return Object.entries(value).flatMap(([name, item]) =>
    valuesOf(item, path === '' || path === 'Condition' ? name : `${path} ${name}`),
  );
};

const keyOfIssuer = /(?<= )([^\s:]+\/[^\s:]+):(?=\w+ = )/;

/** Condition keys without their issuer, where it is one and the same on both sides. */
const withoutIssuer = (lines: readonly string[]): readonly string[] => {
  const issuersOf = (sign: string) =>
    new Set(lines.flatMap(line => (line.startsWith(sign) ? (keyOfIssuer.exec(line)?.[1] ?? []) : [])));
  const [old, now] = [issuersOf('-'), issuersOf('+')];
  const isOne = old.size === 1 && now.size === 1 && [...old].every(issuer => now.has(issuer));
  return isOne ? lines.map(line => line.replace(keyOfIssuer, '')) : lines;
};
