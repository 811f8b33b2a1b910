import { expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import { providerRules } from '../../../lib/rules/provider/rules.ts';
import { someFacts } from '../../support/example-world.ts';
import { noDetail } from './worlds.ts';

test('asked without what they need, they answer unknown', () => {
  const facts = someFacts({ providers: complete([noDetail]) });
  const [subject] = subjectsOfAccount(facts).provider;
  if (subject === undefined) throw new Error('no provider');
  const rules = providerRules.filter(({ needs }) => needs.includes('provider-detail'));
  expect(rules).toHaveLength(5);
  for (const rule of rules)
    expect(rule.kind === 'provider' && rule.check(subject, facts)).toMatchObject({ outcome: 'unknown' });
});
