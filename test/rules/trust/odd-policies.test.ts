/** Policies that were decided by hand from AWS's documentation (IAM User Guide, condition operators, global condition context keys,
 *  policy variables; IAM API Reference, CreateRole, Path), before the program was asked. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { atLeast } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';

/** `open`: a stranger, or a pod of arbitrary name, can assume the role now or later. `may-be`: what decides it was not read. */
interface Odd {
  readonly id: string;
  readonly title: string;
  readonly verdict: 'open' | 'closed' | 'may-be';
  readonly statements: readonly Readonly<Record<string, unknown>>[];
}

const policies: readonly Odd[] = readFileSync('test/fixtures/trust/odd-policies.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));

/** Findings of exposure at medium or worse. */
const told = (statements: Odd['statements']): readonly string[] => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const arns = new Set(trustPolicy.match(/arn:[\w-]+:iam::\d{12}:oidc-provider\/[^"\s\]]+/g));
  const providers = [...arns].map(arn => aProvider({ arn, issuer: `https://${arn.slice(arn.indexOf('/') + 1)}` }));
  const facts = someFacts({ providers: complete(providers), roles: complete([aRole({ trustPolicy })]) });
  return evaluate(facts, { rules: catalog })
    .findings.filter(
      ({ impact, severity, ruleId }) =>
        impact === 'exposes' && atLeast(severity, 'medium') && ruleId !== 'provider-orphaned',
    )
    .map(({ ruleId, severity, message }) => `${severity} ${ruleId}: ${message}`);
};

const saysPerhaps = /may be able|it may be that|cannot be proven closed/;

test.each(policies)('$id $title is $verdict', ({ verdict, statements }) => {
  const findings = told(statements);
  const isTold = findings.length > 0;
  expect([isTold, findings]).toEqual([verdict !== 'closed', findings]);
  // An unread thing is never told as a fact.
  if (verdict === 'may-be') expect(findings.filter(one => !saysPerhaps.test(one))).toEqual([]);
});
