import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { atLeast } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';

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

describe('an organization, a network or an id that the policy writes out, and that nobody read, is undecided and never passed', () => {
  test.each<[string, object, readonly object[], string, string]>([
    [
      'an exact organization',
      { StringEquals: { 'aws:PrincipalOrgID': 'o-zz11yy22xx' } },
      [],
      'trust-open-to-accounts',
      'whether o-zz11yy22xx is the own organization was not read, and "trusted.organizations" does not name it',
    ],
    [
      'an exact endpoint',
      { StringEquals: { 'aws:SourceVpce': 'vpce-0c0ffee0c0ffee012' } },
      [],
      'trust-open-to-accounts',
      'whether vpce-0c0ffee0c0ffee012 (aws:SourceVpce) is of the zone of trust is not read',
    ],
    [
      'a Deny of all other organizations',
      {},
      [{ StringNotEquals: { 'aws:PrincipalOrgID': 'o-zz11yy22xx' } }],
      'trust-open-to-accounts',
      'whether o-zz11yy22xx is the own organization was not read, and "trusted.organizations" does not name it',
    ],
  ])('%s', (_, Condition, denies, ruleId, missing) => {
    const call = { Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };
    const { findings, undecided } = evaluationOf([
      ...JSON.parse(aTrustPolicy()).Statement,
      { Effect: 'Allow', ...call, Condition },
      ...denies.map(one => ({ Effect: 'Deny', ...call, Condition: one })),
    ]);
    expect(findings.filter(({ impact }) => impact === 'exposes')).toEqual([]);
    expect(undecided.filter(({ kind, subject }) => kind === 'not-asked-for' && subject !== '*')).toMatchObject([
      { ruleId, missing },
    ]);
  });
});
