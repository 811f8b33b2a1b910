import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import { causesIn, causeText, rootCauseOf, worstCauses } from '../../lib/report/root-causes.ts';
import { fc } from '../support/properties.ts';
import { aFinding } from './sample-report.ts';

const inCluster = (clusterName: string, over: Partial<Finding> = {}): Finding =>
  aFinding({ id: `${clusterName}-${over.ruleId ?? ''}`, clusterName, brief: 'any service account', ...over });
const roleOf = (name: string): Partial<Finding> => ({ roleArn: `arn:aws:iam::111122223333:role/${name}` });
const told = (findings: readonly Finding[]) =>
  causesIn(findings).map(cause => [causeText(cause, 200), cause.findings.map(({ clusterName }) => clusterName)]);

describe('a root cause', () => {
  test('is one where the fault and the names are the same', () => {
    const own = [inCluster('prod-a', roleOf('dns')), inCluster('prod-b', roleOf('dns'))];
    expect(told(own)).toEqual([['role dns: any service account', ['prod-a', 'prod-b']]]);
  });

  test('is one where names differ by that of their cluster only, and says so', () => {
    const own = ['prod-a', 'prod-b'].map(name => inCluster(name, roleOf(`${name}-dns`)));
    expect(told(own)).toEqual([['role <cluster>-dns: any service account', ['prod-a', 'prod-b']]]);
  });

  test.each([
    [['abc', 'xyz'], [['role <cluster>-dns: any service account', ['abc', 'xyz']]]],
    [
      ['ab', 'xy'],
      [
        ['role ab-dns: any service account', ['ab']],
        ['role xy-dns: any service account', ['xy']],
      ],
    ],
  ])('of clusters with the names %j: two letters may stand anywhere in a name', (names, causes) => {
    expect(told(names.map(name => inCluster(name, roleOf(`${name}-dns`))))).toEqual(causes);
  });

  test('that is found once has its real names', () => {
    expect(told([inCluster('prod-a', roleOf('prod-a-dns'))])).toEqual([
      ['role prod-a-dns: any service account', ['prod-a']],
    ]);
  });

  test.each<readonly [string, Finding, Finding]>([
    ['names', inCluster('prod-a', roleOf('dns')), inCluster('prod-b', roleOf('mail'))],
    ['faults', inCluster('prod-a'), inCluster('prod-a', { brief: 'any namespace' })],
    ['a short name of a cluster', inCluster('a', roleOf('a-dns')), inCluster('b', roleOf('b-dns'))],
  ])('is another where %s differ', (_, one, other) => expect(causesIn([one, other])).toHaveLength(2));

  test('of a cluster is its fault alone', () => {
    const { roleArn: _, ...bare } = inCluster('prod-a', {
      subject: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-a',
    });
    expect(causeText(rootCauseOf({ ...bare, brief: 'no OIDC provider' }), 200)).toBe('no OIDC provider');
  });

  test('that has no room loses of its names first, and of the fault last', () => {
    const cause = rootCauseOf(inCluster('prod-a', roleOf('dns'.repeat(20))));
    expect(causeText(cause, 40)).toBe('role dnsdnsdnsdnsd…: any service account');
    expect(causeText(cause, 24)).toBe('ro…: any service account');
    expect(causeText(cause, 12)).toBe('ro…: any se…');
  });

  test('has each finding once, in the order of the findings', () => {
    const drawn = fc.array(
      fc.record({
        name: fc.constantFrom('prod-a', 'prod-b', 'ab'),
        role: fc.constantFrom('x', 'prod-a-x', 'prod-b-x'),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(drawn, list => {
        const findings = list.map(({ name, role }) => inCluster(name, roleOf(role)));
        const causes = causesIn(findings);
        expect(new Set(causes.flatMap(cause => cause.findings))).toEqual(new Set(findings));
        expect(causes.flatMap(cause => cause.findings)).toHaveLength(findings.length);
        const firsts = causes.map(cause => findings.indexOf(cause.findings[0]));
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }),
    );
  });
});

test('the worst stand first: by severity, then impact, then in how many places', () => {
  const brief = (text: string, over: Partial<Finding> = {}) =>
    inCluster('prod-a', { brief: text, ruleId: text, ...over });
  const findings = [
    brief('one place', { impact: 'breaks' }),
    ...['prod-a', 'prod-b'].map(name => inCluster(name, { brief: 'two places', ruleId: 'two', impact: 'breaks' })),
    brief('exposes'),
    brief('worst', { severity: 'critical', impact: 'hygiene' }),
    brief('remark', { severity: 'info' }),
  ];
  expect(worstCauses(findings).map(({ findings: [{ brief: text }] }) => text)).toEqual([
    ...['worst', 'two places', 'one place', 'exposes'],
  ]);
});
