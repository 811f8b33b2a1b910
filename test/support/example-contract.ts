import { expect } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { examplesOf } from './rule-examples.ts';
import { evaluate } from './whole/evaluate.ts';

/** Words for people: something, and nothing that was left open in it. */
const expectWords = (...texts: readonly string[]): void => {
  for (const text of texts) expect(text).toMatch(/^(?!.*(?:undefined|\[object|NaN|(?<!\\u)\{\w+\})).*\S/s);
};

const expectWhole = ({ message, evidence, fix, severity }: Finding): void => {
  expectWords(message, fix.summary, ...(fix.choice === undefined ? [] : [fix.choice]));
  expect(evidence.length).toBeGreaterThan(0);
  for (const { what, got, wanted, readFrom } of evidence)
    expectWords(what, got, readFrom, ...(wanted === undefined ? [] : [wanted]));
  expect(fix.commands.length > 0 || fix.choice !== undefined || severity === 'info').toBe(true);
};

/** Expects of a rule what its examples say, and that whatever it tells is whole. */
export const expectExamples = (rule: AnyRule): void => {
  const run = (name: 'pass' | 'fail' | 'unknown') => {
    const example = examplesOf(rule)[name];
    return example ? evaluate(example.facts(), { rules: [rule] }) : undefined;
  };
  const healthy = run('pass');
  expect([healthy?.findings, healthy?.undecided]).toEqual([[], []]);
  expect(healthy?.gaps.filter(gap => gap.reason.operation.startsWith('rule '))).toEqual([]);
  const found = run('fail')?.findings ?? [];
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) expectWhole(finding);
  const open = run('unknown');
  if (!open) return;
  expect(open.undecided.length).toBeGreaterThan(0);
  expectWords(...open.undecided.map(({ missing }) => missing));
};
