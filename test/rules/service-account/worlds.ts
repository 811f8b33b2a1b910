import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { exampleIssuer } from '../../support/example-world.ts';
import { annotatedWith, verdicts, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';

export const host = exampleIssuer.slice('https://'.length);

export const audience = (value: string) => annotatedWith({ 'eks.amazonaws.com/audience': value });

export const foreignRole = 'arn:aws:iam::444455556666:role/cart';

export const elsewhere = (annotations: Readonly<Record<string, string>> = {}) =>
  annotatedWith({ ...annotations, 'eks.amazonaws.com/role-arn': foreignRole });

export const withFleet = (facts: Facts, over: Partial<Facts['fleet']>): Facts => ({
  ...facts,
  fleet: { ...facts.fleet, ...over },
});

export const foreignAccount = (rolesRead: boolean, providersRead: boolean) => ({
  accounts: [{ accountId: '444455556666', rolesRead, providersRead }],
});

export const sub = (value: string) => ({ StringEquals: { [`${host}:sub`]: value } });

export const other = sub('system:serviceaccount:a:b');

export type Case = readonly [title: string, facts: Facts, expected: readonly string[]];

export const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

export const expiration = (value: string) => annotatedWith({ 'eks.amazonaws.com/token-expiration': value });

export const findingOf = (ruleId: string, facts: Facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  return verdictOf(rule, facts).findings[0];
};

export const fixOf = (ruleId: string, facts: Facts) => findingOf(ruleId, facts)?.fix;

export const ofForeignRole = (annotations: Readonly<Record<string, string>>, fleet: Partial<Facts['fleet']>): Facts => {
  const facts = worldOf(annotatedWith({ ...annotations, 'eks.amazonaws.com/role-arn': foreignRole }));
  return { ...facts, fleet: { ...facts.fleet, ...fleet } };
};
