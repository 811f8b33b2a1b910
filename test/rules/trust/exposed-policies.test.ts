import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { atLeast } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';

/** A policy by which strangers, or pods at large, have the role, with what is said of it. */
interface Exposed {
  readonly id: string;
  readonly title: string;
  readonly told: string;
  readonly statements: readonly Readonly<Record<string, unknown>>[];
}

const policies: readonly Exposed[] = readFileSync('test/fixtures/trust/exposed-policies.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));

/** As a scan sees the policy: every provider that it names exists. */
const evaluationOf = (statements: Exposed['statements'], hasProviders = true) => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const arns = new Set(trustPolicy.match(/arn:[\w-]+:iam::\d{12}:oidc-provider\/[^"\s\]]+/g));
  const named = [...arns].map(arn => aProvider({ arn, issuer: `https://${arn.slice(arn.indexOf('/') + 1)}` }));
  const providers = complete(hasProviders ? named : [aProvider()]);
  return evaluate(someFacts({ providers, roles: complete([aRole({ trustPolicy })]) }), { rules: catalog });
};

const exposing = (statements: Exposed['statements'], hasProviders = true) =>
  evaluationOf(statements, hasProviders).findings.filter(
    ({ impact, severity, ruleId }) =>
      impact === 'exposes' && atLeast(severity, 'medium') && ruleId !== 'provider-orphaned',
  );

describe('a policy that lets strangers have the role is told at medium or worse', () => {
  test.each(policies)('$id $title: $told', ({ statements, told }) => {
    const [worst] = exposing(statements);
    expect(worst && `${worst.ruleId} ${worst.severity}`).toBe(told);
  });

  test.each(policies)('$id $title: also where the account has no provider of a login yet', ({ statements }) => {
    expect(exposing(statements, false)).not.toEqual([]);
  });
});
