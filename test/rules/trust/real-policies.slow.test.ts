import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseArn } from '../../../lib/model/arn.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { trustRules } from '../../../lib/rules/trust/rules.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { needing } from '../../support/needing.ts';

const folder = process.env.IRSA_AUDITOR_POLICIES ?? '../shared/policies';
const isThere = existsSync(join(folder, 'documents'));

/** Judges a real policy in an account of its own, in which every provider that it names exists. */
const judgeAlone = (trustPolicy: string): readonly string[] => {
  const arns = [...new Set(trustPolicy.match(/arn:[\w-]+:iam::\d{12}:oidc-provider\/[^"\s\]]+/g) ?? [])];
  const accountId = parseArn(arns[0] ?? '')?.accountId ?? '111122223333';
  const partition = parseArn(arns[0] ?? '')?.partition ?? 'aws';
  const facts = someFacts({
    accountId,
    partition,
    providers: complete(arns.map(arn => aProvider({ arn, issuer: `https://${arn.slice(arn.indexOf('/') + 1)}` }))),
    roles: complete([aRole({ arn: `arn:${partition}:iam::${accountId}:role/real`, trustPolicy })]),
    clusters: notAskedFor('eks:ListClusters'),
  });
  const evaluation = evaluate(facts, { rules: trustRules });
  expect(evaluation.gaps.filter(gap => gap.reason.operation.startsWith('rule '))).toEqual([]);
  for (const finding of evaluation.findings) {
    expect(finding.message).not.toMatch(/undefined|\[object|NaN/);
    for (const command of finding.fix.commands) expect(command).not.toMatch(/undefined|\[object/);
  }
  return [...new Set(evaluation.findings.map(finding => finding.ruleId))];
};

needing('the collected policies', isThere)('real policies', () => {
  const names = isThere ? readdirSync(join(folder, 'documents')).sort() : [];
  const rulesOf = new Map(
    names.map(name => [name.slice(0, 3), judgeAlone(readFileSync(join(folder, 'documents', name), 'utf8'))]),
  );

  test('all are judged, and the counts by rule are the ones that were reviewed', () => {
    const counts: Record<string, number> = {};
    for (const rules of rulesOf.values()) for (const rule of rules) counts[rule] = (counts[rule] ?? 0) + 1;
    expect(names.length).toBeGreaterThan(250);
    expect(Object.fromEntries(Object.entries(counts).sort())).toMatchSnapshot();
  });

  test.each([
    ['001', 'trust-key-issuer-mismatch'],
    ['002', 'trust-action-wrong'],
    ['004', 'trust-any-service-account-in-namespace'],
    ['005', 'trust-subject-literal-wildcard'],
    ['006', 'trust-any-namespace'],
    ['007', 'trust-any-subject'],
    ['011', 'trust-provider-missing'],
    ['031', 'trust-provider-missing'],
    ['074', 'trust-subject-pattern-broad'],
    ['092', 'trust-subject-malformed'],
    ['147', 'trust-any-subject'],
  ])('%s: %s', (number, rule) => {
    expect(rulesOf.get(number)).toContain(rule);
  });

  test.each(['022', '030', '003', '034'])('%s is sound but for the audience', number => {
    expect((rulesOf.get(number) ?? ['absent']).filter(rule => rule !== 'trust-audience-unchecked')).toEqual([]);
  });
});
