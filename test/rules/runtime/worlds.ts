/** Worlds that the tests of several rules on this subject share. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { AssumeEvents, AssumeFailure } from '../../../lib/model/runtime.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { verdicts } from '../../support/in-cluster-world.ts';

export type Over = Parameters<typeof someFacts>[0];

export type Case = readonly [title: string, facts: Facts, expected: readonly string[]];

export const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

const event: AssumeEvents = {
  roleArn: aRole().arn,
  subject: 'system:serviceaccount:checkout:cart',
  providerArn: aProvider().arn,
  region: 'eu-west-1',
  successes: 0,
  failures: [],
  userAgents: [],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00Z',
};

const { subject: _subject, providerArn: _provider, ...nameless } = event;

export const failure = (errorCode: string, over: Partial<AssumeFailure> = {}): AssumeFailure => ({
  errorCode,
  errorMessage: 'An unknown error occurred',
  count: 1,
  lastAt: '2026-11-01T05:00:00Z',
  ...over,
});

export const window = (...events: readonly AssumeEvents[]) => ({
  runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events }),
});

export const refusedOnce = { failures: [failure('AccessDenied')] };

export const calling = (over: Partial<AssumeEvents>, more: Over = {}) =>
  someFacts({ ...window({ ...event, ...over }), ...more });

export const trusting = (over: Parameters<typeof aTrustPolicy>[0]) => ({
  roles: complete([aRole({ trustPolicy: aTrustPolicy(over) })]),
});

export const github = aProvider({ issuer: 'https://token.actions.githubusercontent.com' });

export const ofGitHub = { subject: 'repo:shop/cart:ref:refs/heads/main', providerArn: github.arn };

export const old = 'Boto3/1.9.100 Python/3.7.10 Botocore/1.34.0';
export { nameless };
