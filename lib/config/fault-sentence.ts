import type * as z from 'zod';
import { counted } from '../text.ts';

type Issue = z.core.$ZodIssue;

/** Kinds of JSON values as a person calls them; what is not here is called as zod has it. */
const kinds: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};
/** Characters of a wrong value: enough to find it, and the sentence stays one line. */
const maxValue = 80;
/** The message of zod for a union that has none of its own. */
const unsaid = 'Invalid input';

/** One fault of a JSON document in words: the key, the value got, the value wanted. `document` is the whole that was
 *  checked; `issue` is one of what zod says of it. */
export const faultSentence = (issue: Issue, document: unknown): string => {
  const key = issue.path.length > 0 ? issue.path.join('.') : 'the document';
  if (issue.code === 'unrecognized_keys') return `${key}: got ${issue.keys.map(shown).join(' and ')}: unknown key`;
  if (issue.code === 'invalid_key') {
    const [fault] = issue.issues;
    const record = issue.path.slice(0, -1).join('.');
    return `${record}: got the key ${shown(issue.path.at(-1))}, wanted ${fault ? wanted(fault) : issue.message}`;
  }
  const inner = issue.code === 'invalid_union' ? innerFault(issue) : undefined;
  if (inner !== undefined) return faultSentence({ ...inner, path: [...issue.path, ...inner.path] }, document);
  return `${key}: got ${shown(valueAt(document, issue.path))}, wanted ${wanted(issue)}`;
};

/** Where one of several forms is right but for something inside it, or for keys that it does not have: the fault of that form. */
const innerFault = ({ errors }: Extract<Issue, { code: 'invalid_union' }>): Issue | undefined =>
  errors.find(faults => faults.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'))?.[0];

const wanted = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return listed(issue.values);
    case 'invalid_union':
      if ('options' in issue) return listed(issue.options ?? []);
      return issue.message === unsaid ? eachForm(issue) : issue.message;
    case 'too_small':
      return `at least ${amount(issue.origin, Number(issue.minimum))}`;
    case 'too_big':
      return `at most ${amount(issue.origin, Number(issue.maximum))}${/^the quota/.test(issue.message) ? `, ${issue.message}` : ''}`;
    default:
      return issue.message;
  }
};

const eachForm = ({ errors, message }: Extract<Issue, { code: 'invalid_union' }>): string =>
  errors.flatMap(faults => faults.slice(0, 1).map(wanted)).join(' or ') || message;

const listed = (values: readonly unknown[]): string => values.map(shown).join(' or ');

const amount = (limited: string, limit: number): string => {
  if (limited === 'array') return counted(limit, 'entry', 'entries');
  return limited === 'string' ? counted(limit, 'character') : String(limit);
};

const valueAt = (document: unknown, path: Issue['path']): unknown =>
  path.reduce<unknown>(
    (value, key) => new Map<unknown, unknown>(Object.entries(Object(value))).get(String(key)),
    document,
  );

/** A value as JSON on one line, cut to a length that can be read. */
const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > maxValue ? `${text.slice(0, maxValue - 1)}…` : text;
};
