/**
 * The texts that any creator of roles, service accounts and pods may write at length, where work grew with the square
 * of it or more: each of these once took minutes or more.
 */
import { describe, expect, test } from '@jest/globals';
import { withQuotedPlaceholders } from '../../lib/cli/lint/placeholders.ts';
import { cleanIssuer } from '../../lib/model/clean-issuer.ts';
import { complete } from '../../lib/model/collected.ts';
import { hasVariable, isPlaceholder } from '../../lib/policy/who/condition-keys.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';

/** Seconds of the processor: some ten times as long as each of these worlds takes. */
const most = 20;
const found = (over: Parameters<typeof someFacts>[0]): readonly string[] => {
  const before = process.cpuUsage();
  const { findings } = evaluate(someFacts(over), { rules: catalog });
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(most);
  return [...new Set(findings.map(({ ruleId }) => ruleId))];
};
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
const arn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const namedRole = (name: string, trustPolicy: string) => aRole({ arn: arn(name), name, trustPolicy });

describe('roles', () => {
  test.each([
    ['StringEquals', 'trust-key-issuer-mismatch'],
    ['StringEqualsIfExists', 'trust-any-subject'],
  ])('whose policies of 7,000 characters test keys of other issuers under %s', (operator, ruleId) => {
    const keys = Object.fromEntries(numbers(240).map(at => [`x${at}.example.com:sub`, 'a']));
    const trustPolicy = aTrustPolicy({ condition: { [operator]: keys } });
    const roles = numbers(3).map(at => namedRole(`r${at}`, trustPolicy));
    expect(found({ roles: complete(roles) })).toContain(ruleId);
  });
});

describe('service accounts', () => {
  const serviceAccounts = complete(
    numbers(3000).map(at =>
      aServiceAccount({
        name: `sa-${at}`,
        createdAt: '2026-01-10T09:20:00.000Z',
        annotations: { 'eks.amazonaws.com/role-arn': aRole().arn },
      }),
    ),
  );
  const pods = complete(
    numbers(6000).map(at => aPod({ name: `p-${at}`, serviceAccount: `other-${at}`, containers: [] })),
  );
  const clusters = complete([aReadCluster({ serviceAccounts, pods })]);

  test('without pods, in a cluster of many pods, all with one role that trusts none of them', () => {
    const ids = found({ clusters });
    expect(ids).toContain('trust-subject-unknown-service-account');
    expect(ids).not.toContain('service-account-workload-elsewhere');
  });

  test('without pods, all with one role that was never used', () => {
    const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
    expect(found({ clusters, roles: complete([aRole({ detail })]) })).toContain('service-account-workload-elsewhere');
  });
});

test.each([
  ['slashes of an issuer', () => cleanIssuer(`issuer${'/'.repeat(1e6)}x`).length, 1_000_007],
  ['openings of a variable', () => hasVariable('${'.repeat(5e5), '2012-10-17'), false],
  ['openings of placeholders', () => isPlaceholder(`${'${'.repeat(3e5)}${'$('.repeat(3e5)}${'{{'.repeat(3e5)}`), false],
  ['quotes in broken JSON', () => withQuotedPlaceholders(`{"a":${'"\\'.repeat(5e5)}`).length, 1_000_005],
])('a million characters of %s', (_title, read, expected) => expect(read()).toBe(expected));
