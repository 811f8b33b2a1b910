import type { ConditionTest, Statement } from '../policy/parse/policy.ts';

/** What a statement's tests of `:sub` allow: service accounts by name, patterns of subjects, or anyone. */
export interface Admission {
  readonly accounts: readonly { readonly namespace: string; readonly name: string }[];
  readonly patterns: readonly string[];
  readonly anyone: boolean;
}

/** Reads which subjects a statement allows, for drawing: positive tests of `:sub` only. What it means exactly is for the rules. */
export const admissionOf = (statement: Statement): Admission => {
  const tests = statement.conditions.filter(isSubjectTest);
  if (tests.length === 0) return { accounts: [], patterns: [], anyone: true };
  const values = tests.flatMap(test =>
    test.values.map(value => ({ text: value.text, like: /Like/i.test(test.operator) })),
  );
  const accounts: { namespace: string; name: string }[] = [];
  const patterns: string[] = [];
  for (const { text, like } of values) {
    const [, namespace, name] = /^system:serviceaccount:([^:*?]+):([^:*?]+)$/.exec(text) ?? [];
    if (namespace !== undefined && name !== undefined) accounts.push({ namespace, name });
    else if (like && /[*?]/.test(text)) patterns.push(text);
  }
  return { accounts, patterns, anyone: false };
};

const isSubjectTest = (test: ConditionTest): boolean =>
  /:sub$/i.test(test.key.text) && /^(ForAnyValue:)?String(Equals|Like)(IgnoreCase)?$/.test(test.operator);

/** The namespace that a subject pattern is confined to; undefined if it reaches across namespaces. */
export const namespaceOfPattern = (pattern: string): string | undefined =>
  /^system:serviceaccount:([^:*?]+):[^:]*$/.exec(pattern)?.[1];
