import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseArn } from '../../../lib/model/arn.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { trustRules } from '../../../lib/rules/trust/rules.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { golden } from '../../support/golden.ts';
import { overPolicies } from '../../support/shared-policies.ts';

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

const knownOfCollected = {
  faulty: [
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
  ],
  sound: ['022', '030', '003', '034'],
};
const knownOfOwn = {
  faulty: [
    ['005', 'trust-any-subject'],
    ['008', 'trust-any-service-account-in-namespace'],
    ['009', 'trust-any-namespace'],
    ['013', 'trust-subject-pattern-broad'],
    ['015', 'trust-subject-literal-wildcard'],
    ['017', 'trust-key-issuer-mismatch'],
    ['019', 'trust-action-wrong'],
    ['032', 'trust-subject-malformed'],
    ['049', 'trust-policy-unparseable'],
  ],
  sound: ['001', '002', '003', '007', '051'],
};

overPolicies('real policies', ({ folder, documents: names, isCollected }) => {
  const rulesOf = new Map(
    names.map(name => [name.slice(0, 3), judgeAlone(readFileSync(join(folder, 'documents', name), 'utf8'))]),
  );

  test('all are judged, and the counts by rule are the ones that were reviewed', () => {
    const counts: Record<string, number> = {};
    for (const rules of rulesOf.values()) for (const rule of rules) counts[rule] = (counts[rule] ?? 0) + 1;
    expect(names.length).toBeGreaterThan(isCollected ? 250 : 55);
    const lines = Object.entries(counts).sort();
    golden(`policies-${isCollected ? 'collected' : 'own'}.txt`, `${lines.map(one => one.join(' ')).join('\n')}\n`);
  });

  const known = isCollected ? knownOfCollected : knownOfOwn;
  test.each(known.faulty)('%s: %s', (number, rule) => {
    expect(rulesOf.get(number)).toContain(rule);
  });

  test.each(known.sound)('%s is sound but for the audience', number => {
    expect((rulesOf.get(number) ?? ['absent']).filter(rule => rule !== 'trust-audience-unchecked')).toEqual([]);
  });
});
