import { describe, expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { unavailable } from '../../../lib/model/collected.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import type { AnyRule } from '../../../lib/rules/define-rule.ts';
import { verdictOn } from '../../../lib/rules/evaluate/ask-rule.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';

const rule = ruleById('cluster-provider-missing') as AnyRule & { readonly kind: 'cluster' };
const ask = (asked: AnyRule, facts = someFacts(), subject = aCluster().arn) =>
  verdictOn(asked, subject, subjectsOfAccount(facts), facts);

describe('the verdict on one subject', () => {
  test('is the word of the rule', () => {
    expect(ask(rule)).toEqual({ outcome: 'pass' });
  });

  test('is unknown, with the operation, where a section that the rule needs was not read', () => {
    const facts = someFacts({
      providers: unavailable({ kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'no' }),
    });
    expect(ask(rule, facts)).toEqual({
      outcome: 'unknown',
      missing: { kind: 'unread', missing: 'iam:ListOpenIDConnectProviders: no' },
    });
  });

  test('is unknown where the rule itself fails', () => {
    const broken: AnyRule = {
      ...rule,
      check: () => {
        throw new Error('a defect');
      },
    };
    expect(ask(broken)).toEqual({
      outcome: 'unknown',
      missing: { kind: 'rule-failed', missing: 'the rule itself failed: a defect' },
    });
  });

  test('is none where the account has no such subject', () => {
    expect(ask(rule, someFacts(), 'arn:aws:eks:eu-west-1:111122223333:cluster/other')).toBeUndefined();
  });
});
