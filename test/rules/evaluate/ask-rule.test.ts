import { describe, expect, test } from '@jest/globals';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { severities } from '../../../lib/model/finding.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { type AnyRule, failOrPass } from '../../../lib/rules/define-rule.ts';
import { verdictOn } from '../../../lib/rules/evaluate/ask-rule.ts';
import type { Failure } from '../../../lib/rules/failure.ts';
import { aCluster, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { fc } from '../../support/properties.ts';

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

/** A policy whose statement names instants of these years, and a rule that says for each year what it finds from then on. */
const years = [2027, 2028, 2029] as const;
const statementRule = ruleById('trust-any-subject') as AnyRule & { readonly kind: 'statement' };

test('an exposure is told as bad as it is now, and as bad as it will ever be with the first instant of that', () => {
  const policy = {
    ...{ Version: '2012-10-17' },
    Statement: {
      ...{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' },
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${exampleIssuer.slice(8)}` },
      Condition: { DateNotEquals: { 'aws:CurrentTime': years.map(year => `${year}-01-01T00:00:00Z`) } },
    },
  };
  const role = aRole({ trustPolicy: JSON.stringify(policy) });
  const facts = someFacts({ roles: complete([role]) });
  const yearOf = (at: string): number => Math.max(2026, Number(at.slice(0, 4)));
  const drawn = fc.array(fc.array(fc.constantFrom(undefined, ...severities), { minLength: 2, maxLength: 2 }), {
    ...{ minLength: 1 + years.length, maxLength: 1 + years.length },
  });
  fc.assert(
    fc.property(drawn, found => {
      const check: typeof statementRule.check = (_, { now }) =>
        failOrPass(
          (found[yearOf(now) - 2026] ?? []).flatMap((severity, index): Failure[] =>
            severity === undefined
              ? []
              : [
                  {
                    ...{ messageId: 'any', data: {}, evidence: [], fix: { summary: 'Close it.' } },
                    ...{ severity, discriminator: String(index) },
                  },
                ],
          ),
        );
      const verdict = verdictOn({ ...statementRule, check }, role.arn, subjectsOfAccount(facts), facts);
      const told = verdict?.outcome === 'fail' ? verdict.failures : [];
      const expected = [0, 1].flatMap(index => {
        const ever = found.map(each => each[index]);
        const worst = severities.find(severity => ever.includes(severity));
        const since = ever.indexOf(worst);
        const [first] = ever;
        const now = first === undefined ? [] : [[String(index), first, undefined]];
        const name = first === undefined ? String(index) : `${index} later`;
        const later = [name, worst, `${2026 + since}-01-01T00:00:00Z`];
        return worst === undefined || since === 0 ? now : [...now, later];
      });
      const said = told.map(({ discriminator, severity, from }) => [discriminator, severity, from]);
      expect(said.toSorted()).toEqual(expected.toSorted());
    }),
  );
});
