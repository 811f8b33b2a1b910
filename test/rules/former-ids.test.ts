import { expect, test } from '@jest/globals';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { catalog, ruleById } from '../../lib/rules/catalog.ts';
import { findingId } from '../../lib/rules/evaluate/finding-id.ts';
import { currentRuleId, formerRuleIds } from '../../lib/rules/former-ids.ts';

const ids = new Set(catalog.map(rule => rule.id));

test.each(Object.entries(formerRuleIds))('%s is read as %s and is not used again', (former, current) => {
  expect(ids.has(former)).toBe(false);
  expect(ids.has(current)).toBe(true);
  expect(ruleById(former)?.id).toBe(current);
});

test('a renamed rule keeps the identity of its findings', () => {
  const id = findingId('service-account-role-missing', 'arn:aws:eks:eu-west-1:111122223333:cluster/shop', '');
  expect(id).toBe(findingId('account-role-missing', 'arn:aws:eks:eu-west-1:111122223333:cluster/shop', ''));
});

test('an id that was never renamed stays as it is, also one that every object has', () => {
  expect(['trust-any-subject', 'constructor', '__proto__'].map(currentRuleId)).toEqual([
    'trust-any-subject',
    'constructor',
    '__proto__',
  ]);
});

test('a configuration may name rules by their former ids; the current id wins', () => {
  const parsed = parseConfiguration(
    JSON.stringify({
      rules: {
        'service-account-on-default': { severity: 'low' },
        'account-on-default': { enabled: false },
        'account-role-missing': { enabled: false },
      },
      waivers: [{ rule: 'pod-account-gone', subject: '*', reason: 'a job', owner: 'platform', expires: '2027-01-01' }],
    }),
    'test',
  );
  expect(parsed.rules).toMatchObject({
    'service-account-on-default': { severity: 'low' },
    'service-account-role-missing': { enabled: false },
  });
  expect(parsed.waivers[0]?.rule).toBe('pod-service-account-gone');
});
