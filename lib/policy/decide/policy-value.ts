/** Values of a condition with their policy variables resolved (IAM User Guide, policy variables; docs/facts.md §A.5). */

import { given } from '../../text.ts';
import type { Environment } from './environment.ts';
import { anyOne, type Glob, globOf, literalGlob, star, wildcardGlob } from './glob.ts';
import type { Operator } from './operator.ts';
import type { DoubtKind } from './reason.ts';
import { keyFact } from './request-keys.ts';
import { shortestOf, type TextGrammar } from './text-grammar.ts';

/** The meaning of a value of the policy: a pattern, the token's own subject, nothing (a variable has no value), or
 *  something that cannot be known. */
type PolicyValue =
  | {
      readonly kind: 'glob';
      /** All texts that it may match, at least. */
      readonly glob: Glob;
      /** The same exactly, where a variable stands for a value that the caller chooses. */
      readonly choice?: ChosenText;
    }
  | { readonly kind: 'subject' }
  | { readonly kind: 'nothing'; readonly because: string }
  | { readonly kind: 'unknown'; readonly because: string; readonly doubt: DoubtKind };

/** Codes of a glob in a row, and in place of each variable the texts that the caller may choose for it. */
export interface ChosenText {
  readonly pieces: readonly (number | readonly TextGrammar[])[];
  /** One variable stands in it twice: both have the same value, which the pieces do not say. */
  readonly repeats: boolean;
  /** The value is one variable alone: true for a text that it cannot stand for. */
  readonly isTaken?: (text: string) => boolean;
}

interface Draft {
  readonly codes: number[];
  readonly pieces: (number | readonly TextGrammar[])[];
  readonly free: string[];
  readonly wildcards: boolean;
  nothing?: string;
  unknown?: { readonly because: string; readonly doubt: DoubtKind };
  isTaken?: ((text: string) => boolean) | undefined;
  subjects: number;
}

const undocumented = (because: string) => ({ because, doubt: 'undocumented' }) as const;

/** Resolves a value for an operator. Case is folded where the operator ignores it. */
export const policyValue = (text: string, operator: Operator, env: Environment): PolicyValue => {
  const wildcards = operator.comparison === 'string-like' || operator.comparison === 'arn';
  const folded = operator.ignoreCase ? text.toLowerCase() : text;
  if (!env.variables || !text.includes('${')) {
    return { kind: 'glob', glob: wildcards ? wildcardGlob(folded) : literalGlob(folded) };
  }
  return withVariables(text, operator, wildcards, env);
};

/** The first value of these that stands for nothing, or for something that cannot be known. */
export const unresolved = <K extends 'nothing' | 'unknown'>(
  kind: K,
  texts: readonly string[],
  operator: Operator,
  env: Environment,
): Extract<PolicyValue, { readonly kind: K }> | undefined => {
  const isOfKind = (value: PolicyValue): value is Extract<PolicyValue, { readonly kind: K }> => value.kind === kind;
  return texts.map(text => policyValue(text, operator, env)).find(isOfKind);
};

const withVariables = (text: string, operator: Operator, wildcards: boolean, env: Environment): PolicyValue => {
  const draft: Draft = { codes: [], pieces: [], free: [], wildcards, subjects: 0 };
  let at = 0;
  for (;;) {
    const open = text.indexOf('${', at);
    const close = open < 0 ? -1 : text.indexOf('}', open);
    if (close < 0) break;
    addText(draft, text.slice(at, open));
    addVariable(draft, text.slice(open + 2, close), env);
    at = close + 1;
  }
  addText(draft, text.slice(at));
  if (draft.nothing !== undefined) return { kind: 'nothing', because: draft.nothing };
  if (draft.unknown !== undefined) return { kind: 'unknown', ...draft.unknown };
  if (draft.subjects > 0)
    return draft.subjects === 1 && draft.codes.length === 0
      ? { kind: 'subject' }
      : { kind: 'unknown', ...undocumented('the value is put together from the token’s subject') };
  const glob = globOf(operator.ignoreCase ? draft.codes.map(foldCode) : draft.codes);
  if (draft.free.length === 0) return { kind: 'glob', glob };
  const pieces = draft.pieces.map(piece =>
    operator.ignoreCase && typeof piece === 'number' ? foldCode(piece) : piece,
  );
  const repeats = new Set(draft.free).size < draft.free.length;
  const isTaken = pieces.length === 1 ? draft.isTaken : undefined;
  return { kind: 'glob', glob, choice: { pieces, repeats, ...given({ isTaken }) } };
};

const foldCode = (code: number): number => (code < 0 ? code : String.fromCharCode(code).toLowerCase().charCodeAt(0));

const addText = (draft: Draft, text: string): void => {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    push(draft, draft.wildcards && code === 0x2a ? star : draft.wildcards && code === 0x3f ? anyOne : code);
  }
};

/** A substituted value: its characters are literal. Whether `*` in it would be a wildcard is not documented (§A.5). */
const addSubstituted = (draft: Draft, text: string): void => {
  if (draft.wildcards && /[*?]/.test(text))
    draft.unknown = undocumented('whether wildcards in a substituted value count is not documented');
  addLiteral(draft, text);
};

const addLiteral = (draft: Draft, text: string): void => {
  for (let at = 0; at < text.length; at += 1) push(draft, text.charCodeAt(at));
};

const push = (draft: Draft, code: number): void => {
  draft.codes.push(code);
  draft.pieces.push(code);
};

const variablePattern = /^([^${}'",]+?)(?:, '([^']*)')?$/;

const addVariable = (draft: Draft, body: string, env: Environment): void => {
  if (body === '*' || body === '?' || body === '$') {
    addLiteral(draft, body);
    return;
  }
  const match = variablePattern.exec(body);
  const key = match?.[1];
  if (key === undefined) {
    draft.unknown = undocumented(`the policy variable \${${body}} has no documented meaning`);
    return;
  }
  const fact = keyFact(key, env);
  const substitute = match?.[2];
  if (fact.present === 'no') {
    if (substitute === undefined) draft.nothing = `the policy variable \${${body}} has no value: ${fact.because}`;
    else addSubstituted(draft, substitute);
  } else if (fact.isSubject) draft.subjects += 1;
  else if (fact.free) {
    for (let left = shortestOf(fact.free); left > 0; left -= 1) draft.codes.push(anyOne);
    draft.codes.push(star);
    draft.pieces.push(fact.free);
    draft.free.push(key.toLowerCase());
    draft.isTaken = fact.isTaken;
  } else if (fact.value === undefined || fact.present === 'unknown' || fact.otherForms)
    draft.unknown = {
      because: `the value of \${${body}} cannot be known: ${fact.because}`,
      doubt: fact.doubt ?? 'undocumented',
    };
  else addSubstituted(draft, fact.value);
};
