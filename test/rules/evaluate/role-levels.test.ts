import { expect, test } from '@jest/globals';
import { complete, notAskedFor, unavailable } from '../../../lib/model/collected.ts';
import type { Severity } from '../../../lib/model/finding.ts';
import type { AllowedBy, RoleLevel } from '../../../lib/model/role-level.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aRole, exampleAccountId, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const provider = `arn:aws:iam::${exampleAccountId}:oidc-provider/${exampleIssuer.slice('https://'.length)}`;
const trusting = (condition: unknown): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    },
  });
const key = (claim: string) => `${exampleIssuer.slice('https://'.length)}:${claim}`;
const audience = { StringEquals: { [key('aud')]: 'sts.amazonaws.com' } };
const everyone = trusting(audience);
const pattern = trusting({ ...audience, StringLike: { [key('sub')]: 'system:serviceaccount:web:app-*' } });
const doubtful = trusting({ ...audience, StringEquals: { ...audience.StringEquals, 'aws:PrincipalType': 'x' } });

const shown: AllowedBy = { policy: 'p', statement: 'Statement[0]', action: '*', resource: '*' };
const way = { way: 'iam-005', steps: [shown] };
const { arn } = aRole();

const read = (level: RoleLevel): AccountSnapshot['rolePermissions'] =>
  complete({ roles: {}, policies: {}, levels: { [arn]: level } });
const findingOf = (ruleId: string, trustPolicy: string, rolePermissions: AccountSnapshot['rolePermissions']) => {
  const facts = someFacts({
    roles: complete([aRole({ trustPolicy })]),
    ...(rolePermissions === undefined ? {} : { rolePermissions }),
  });
  const { findings } = evaluate(facts, { rules: catalog });
  return findings.find(finding => finding.ruleId === ruleId && finding.roleArn === arn);
};

const administrator: RoleLevel = { level: 'administrator', shown };
const becomes: RoleLevel = { level: 'can-become-administrator', way };
const other: RoleLevel = { level: 'can-become-role', way, roles: [arn], count: 1 };
const reads: RoleLevel = { level: 'reads-data', shown };
const little: RoleLevel = { level: 'little' };
const perhaps: RoleLevel = { level: 'little', mayBe: { level: 'administrator', because: 'a condition' } };
const unknown: RoleLevel = { level: 'unknown', because: 'denied', isAsked: true };

test.each<[rule: string, trust: string, level: RoleLevel, Severity]>([
  ['trust-any-subject', everyone, administrator, 'critical'],
  ['trust-any-subject', everyone, becomes, 'critical'],
  ['trust-any-subject', everyone, other, 'high'],
  ['trust-any-subject', everyone, reads, 'high'],
  ['trust-any-subject', everyone, little, 'medium'],
  ['trust-any-subject', everyone, perhaps, 'high'],
  ['trust-any-subject', everyone, unknown, 'high'],
  ['trust-subject-pattern-broad', pattern, administrator, 'critical'],
  ['trust-subject-pattern-broad', pattern, reads, 'low'],
  ['trust-subject-pattern-broad', pattern, little, 'info'],
  ['trust-any-subject', doubtful, administrator, 'high'],
  ['trust-any-subject', doubtful, reads, 'medium'],
])('%s %#: the severity follows the level', (rule, trust, level, severity) => {
  const finding = findingOf(rule, trust, read(level));
  expect(finding).toMatchObject({ severity, roleLevel: level.level });
  expect(finding?.evidence.map(({ what }) => what)).toContain(`level of role ${aRole().name}`);
});

test.each([undefined, notAskedFor<never>('iam:GetAccountAuthorizationDetails')])(
  'without levels nothing changes, and nothing is said of them',
  section => {
    const finding = findingOf('trust-any-subject', everyone, section);
    expect(finding?.severity).toBe('high');
    expect(finding).not.toHaveProperty('roleLevel');
  },
);

test('a refused reading is an unknown level, which is never milder', () => {
  const refused = unavailable<never>({
    kind: 'denied',
    operation: 'iam:GetAccountAuthorizationDetails',
    message: 'no',
  });
  expect(findingOf('trust-any-subject', everyone, refused)).toMatchObject({ severity: 'high', roleLevel: 'unknown' });
});

test('the sentence says why', () => {
  const says = (level: RoleLevel) => findingOf('trust-any-subject', everyone, read(level))?.message;
  const { name } = aRole();
  expect(says(administrator)).toContain(`; role ${name} is an administrator (*: Statement[0] of p)`);
  expect(says(becomes)).toContain(`; role ${name} can become an administrator (iam-005: *)`);
  expect(says(little)).toContain(`; role ${name} can do little, so that it is one step milder`);
  expect(says(reads)).not.toContain('reads data');
});

test('a level is an upper bound where service control policies were not read, which the evidence says', () => {
  const gotFor = (level: RoleLevel, isUnderControls?: true) => {
    const section = complete({
      roles: {},
      policies: {},
      levels: { [arn]: level },
      ...(isUnderControls && { isUnderControls }),
    });
    const finding = findingOf('trust-any-subject', everyone, section);
    return finding?.evidence.find(({ what }) => what.startsWith('level of role'))?.got ?? '';
  };
  const bound = 'service control policies were not read: it may be less';
  expect(gotFor(administrator)).toContain(bound);
  expect(gotFor(perhaps)).toContain(bound);
  expect(gotFor(administrator, true)).not.toContain(bound);
  expect(gotFor(little)).not.toContain(bound);
  expect(gotFor(unknown)).not.toContain(bound);
});

test('the severity that the configuration sets stays', () => {
  const facts = someFacts({
    roles: complete([aRole({ trustPolicy: everyone })]),
    rolePermissions: read(administrator) ?? complete({ roles: {}, policies: {}, levels: {} }),
  });
  const { findings } = evaluate(facts, { rules: catalog, overrides: { 'trust-any-subject': { severity: 'low' } } });
  expect(findings.find(({ ruleId }) => ruleId === 'trust-any-subject')).toMatchObject({
    severity: 'low',
    roleLevel: 'administrator',
  });
});
