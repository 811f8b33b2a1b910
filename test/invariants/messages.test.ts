import { expect, test } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Every sentence that a finding says, for all rules' failing examples. */
const sentences = ({ message, fix, evidence }: Finding): readonly string[] => [
  message,
  fix.summary,
  ...(fix.choice === undefined ? [] : [fix.choice]),
  ...evidence.flatMap(({ what, got, wanted, readFrom }) => [what, got, wanted ?? '', readFrom]),
];

const unsound: readonly RegExp[] = [
  /\(s\)/,
  / {2}/,
  /^\s|\s$/,
  /\b(undefined|NaN|null|\[object)\b/,
  /\b1 (?!of )(?:[a-z]+ ){0,3}(accounts|pods|roles|providers|clusters|containers|times|days|thumbprints|statements)\b/,
  /\b1 of the \d+ [a-z]+ [^,]* are\b/,
  /\bthe roles [a-z-]+,? or\b/,
  /\.\.|,,| ,| \.(\s|$)|:\s*$/,
];

test.each(catalog.map(rule => [rule.id, rule] as const))('%s speaks whole and plain sentences', (id, rule) => {
  const { findings } = evaluate(examplesOf(rule).fail.facts(), { rules: [rule] });
  const said = findings.filter(one => one.ruleId === id).flatMap(sentences);
  expect(said.length).toBeGreaterThan(2);
  expect(said.filter(text => unsound.some(fault => fault.test(text)))).toEqual([]);
});
