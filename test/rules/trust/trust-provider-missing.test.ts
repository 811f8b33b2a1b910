import { describe, expect, test } from '@jest/globals';
import { unavailable } from '../../../lib/model/collected.ts';
import { exact, findingsIn, judge, other, otherProvider, policy, provider, statement, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'a provider that is not there',
      policy(
        statement({
          Principal: { Federated: otherProvider },
          Condition: { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com', [`${other}:sub`]: exact } },
        }),
      ),
      ['trust-provider-missing high'],
    ],
    [
      'a provider with a scheme',
      policy(statement({ Principal: { Federated: provider.replace('provider/', 'provider/https://') } })),
      ['trust-provider-missing high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('the same cause is said once', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'a mistyped provider, with the right keys',
      policy(statement({ Principal: { Federated: provider.replace(/F$/, 'E') } })),
      'trust-provider-missing',
      ['role-trusts-dead-cluster', 'trust-key-issuer-mismatch', 'trust-never-matches'],
    ],
  ])('%s', (_, trustPolicy, ruleId, explained) => {
    const findings = findingsIn(worldOf(trustPolicy));
    const found = findings.find(finding => finding.ruleId === ruleId);
    expect([...new Set(found?.explains.map(one => one.ruleId))].sort()).toEqual(expect.arrayContaining([...explained]));
    for (const one of explained) expect(findings.map(finding => finding.ruleId)).not.toContain(one);
  });
});

describe('what was not read is unknown, never a pass', () => {
  const denied = { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'no' } as const;

  test('providers', () => {
    expect(
      judge(
        worldOf(policy(statement({ Principal: { Federated: otherProvider } })), { providers: unavailable(denied) }),
      ),
    ).not.toContain('trust-provider-missing high');
  });

  test('an impossible ARN is missing all the same', () => {
    const facts = worldOf(
      policy(statement({ Principal: { Federated: provider.replace('provider/', 'provider/https://') } })),
      {
        providers: { status: 'partial', value: [], gaps: [{ what: 'all', reason: denied }] },
      },
    );
    expect(judge(facts)).toContain('trust-provider-missing high');
  });
});
