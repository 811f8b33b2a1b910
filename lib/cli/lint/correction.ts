/** The corrected line of a finding, in the language of its file: the line as it is, with the text that is wrong replaced. */

import { type Evidence, roleArnKey } from '../../model.ts';
import type { Correction, LintFinding } from './lint-finding.ts';

/** Longest line that is shown: a plan is one line. */
const maxLength = 1000;

/** The finding with its corrected line, where the text of the files says which one it is. `<…>` in it is a name that a person
 *  chooses. */
export const withCorrection = (found: LintFinding, texts: ReadonlyMap<string, string>): LintFinding => {
  const correction = correctionOf(found, texts);
  return correction === undefined ? found : { ...found, correction };
};

const correctionOf = (found: LintFinding, texts: ReadonlyMap<string, string>): Correction | undefined => {
  const { file, line, policySpan } = found;
  const text = texts.get(file);
  const { evidence } = found.finding;
  if (text === undefined) return undefined;
  for (const one of evidence) {
    const swap = swapOf(found, one);
    if (swap === undefined) continue;
    if (policySpan === undefined) {
      const made = swapped(lineOf(text, one.at?.line ?? line), swap);
      if (made) return { file, line: one.at?.line ?? line, ...made };
      continue;
    }
    // The policy of the role is elsewhere: its only place with the text is meant.
    const policy = texts.get(policySpan.file);
    const at = policy?.indexOf(swap[0], policySpan.at) ?? -1;
    if (policy === undefined || at < 0 || at >= policySpan.end) continue;
    const next = policy.indexOf(swap[0], at + swap[0].length);
    const placed = policy.slice(0, at).split('\n').length;
    const made = next >= 0 && next < policySpan.end ? undefined : swapped(lineOf(policy, placed), swap);
    if (made) return { file: policySpan.file, line: placed, ...made };
  }
  return found.finding.ruleId === 'trust-any-subject' ? withSubject(found, text) : undefined;
};

const lineOf = (text: string, line: number): string => text.split('\n', line)[line - 1]?.replace(/\r$/, '') ?? '';

type Swap = readonly [string, string];

const isValue = (text: string): boolean => text !== '' && !/\s/.test(text);

/** The text that is wrong and the one in its place, as a piece of evidence has them. */
const swapOf = ({ finding: { ruleId }, policySpan }: LintFinding, one: Evidence): Swap | undefined => {
  const { what, got, wanted } = one;
  if (ruleId === 'service-account-annotation-mistyped') {
    const key = /^annotation (\S+)$/.exec(what)?.[1];
    return key === undefined ? undefined : [key, roleArnKey];
  }
  const tidy = got.replace('oidc_provider/', 'oidc-provider/').replace(/oidc-provider\/https?:\/\//, 'oidc-provider/');
  if (tidy !== got) return [got, tidy];
  // A role that does not trust a service account: its test has another value than the token.
  if (policySpan !== undefined)
    return wanted !== undefined && /:(?:sub|aud)$/.test(what) && isValue(got) && isValue(wanted)
      ? [wanted, got]
      : undefined;
  if (/^system:serviceaccount:/.test(got) && /exact/.test(wanted ?? '')) return [got, withNames(got)];
  return wanted !== undefined && wanted !== got && isValue(got) && isValue(wanted) ? [got, wanted] : undefined;
};

/** A subject with a name to fill in for each pattern. */
const withNames = (subject: string): string => {
  const [, namespace = '', name = ''] = /^system:serviceaccount:([^:]*):?(.*)$/.exec(subject) ?? [];
  const named = (text: string, what: string): string => (/[*?]/.test(text) || text === '' ? what : text);
  return `system:serviceaccount:${named(namespace, '<namespace>')}:${named(name, '<service account>')}`;
};

const prefix = 'system:serviceaccount:';

/** The line with the text replaced, where it has it once. Modules of Terraform take subjects without their prefix. */
const swapped = (before: string, [wrong, right]: Swap): Pick<Correction, 'before' | 'after'> | undefined => {
  if (!before.includes(wrong) && wrong.startsWith(prefix) && right.startsWith(prefix))
    return swapped(before, [wrong.slice(prefix.length), right.slice(prefix.length)]);
  const at = before.indexOf(wrong);
  const isOnce = at >= 0 && before.indexOf(wrong, at + wrong.length) < 0;
  const isComment = /(?:^|\s)(?:#|\/\/)/.test(before.slice(0, Math.max(0, at)));
  if (!isOnce || isComment || before.length > maxLength) return undefined;
  return { before, after: `${before.slice(0, at)}${right}${before.slice(at + wrong.length)}` };
};

const anySubject = 'system:serviceaccount:<namespace>:<service account>';

/** Most lines of a statement. */
const statementLines = 40;

/** The lines up to the end of the statement that begins at a line: where the next one, or another block, begins. */
const upToNext = (text: string, line: number): readonly string[] => {
  const lines = text.split('\n').slice(0, line - 1 + statementLines);
  const effects = lines.flatMap((one, at) => (at >= line - 1 && /\beffect\b/i.test(one) ? at : []));
  const next = lines.findIndex((one, at) => at >= line && /^\s*statement\s*\{|^(?:resource|data|module|---)/.test(one));
  return lines.slice(0, Math.min(effects[1] ?? lines.length, next < 0 ? lines.length : next));
};

/** A statement without a test of the subject gets one beside that of the audience; one for every subject names its own. */
const withSubject = ({ file, line, finding }: LintFinding, text: string): Correction | undefined => {
  const lines = upToNext(text, line);
  const isNone = finding.evidence.some(({ got }) => got === 'none');
  const claim = isNone ? /:aud\b/ : /:sub\b/;
  const at = lines.findIndex((one, index) => index >= line - 1 && claim.test(one));
  const before = lines[at]?.replace(/\r$/, '') ?? '';
  if (at < 0 || before.length > maxLength) return undefined;
  if (!isNone) {
    const every = lines.findIndex((one, index) => index >= at && /(["'])\*\1/.test(one));
    const made = every < 0 || every > at + 2 ? undefined : swapped(lines[every] ?? '', ['*', anySubject]);
    return made && { file, line: every + 1, ...made };
  }
  if (!before.includes('sts.amazonaws.com')) {
    // A condition of a document of Terraform takes several lines.
    const opened = lines.findLastIndex((one, index) => index < at && /^\s*condition\s*\{/.test(one));
    const { terraform } = finding.fix;
    const [first = ''] = opened < 0 ? [] : [lines[opened]];
    const margin = /^\s*/.exec(first)?.[0] ?? '';
    const block = terraform?.split('\n').map(one => `${margin}${one}`);
    return opened < 0 || block === undefined || opened < at - 4
      ? undefined
      : { file, line: opened + 1, before: first, after: [...block, first].join('\n') };
  }
  // A line with more than the test cannot be doubled.
  if (/[{}]/.test(before.replace(/\$\{[^{}]*\}/g, ''))) return undefined;
  const value = before.replace(claim, ':sub').replace(/sts\.amazonaws\.com(?:\.cn)?/, anySubject);
  const isJson = /^\s*"[^"]+"\s*:/.test(before);
  return { file, line: at + 1, before, after: `${value.replace(/,?\s*$/, isJson ? ',' : '')}\n${before}` };
};
