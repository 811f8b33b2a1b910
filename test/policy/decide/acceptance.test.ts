import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Decision, WebIdentityRequest } from '../../../lib/policy.ts';
import { mustParse } from '../../support/trust-cases.ts';
import { decide, decideOnly } from '../../support/whole/decide.ts';

/** A policy with the right answer for one service account, and why that is right. */
interface Case {
  readonly id: string;
  /** The document, or its text where JSON could not hold it (a key that is used twice). */
  readonly policy: unknown;
  readonly issuer: string;
  readonly sub: string;
  readonly aud: string;
  readonly roleArn: string;
  readonly expect: Decision['decision'];
  readonly why: string;
}

const casesIn = (file: string): readonly Case[] =>
  readFileSync(new URL(`../../fixtures/trust/${file}`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): Case => JSON.parse(line));
const cases = casesIn('policies.jsonl');
/** Keys and operators that are rare in trust policies, judged in the same way. */
const unusual = casesIn('unusual-policies.jsonl');

test('there are 120 policies, with every answer among them', () => {
  expect(cases).toHaveLength(120);
  expect(new Set(cases.map(({ expect: answer }) => answer))).toEqual(new Set(['allow', 'deny', 'unknown']));
});

test.each([...cases, ...unusual])(
  'policy $id is decided as $expect: $why',
  ({ policy, issuer, sub, aud, roleArn, expect: answer }) => {
    const parsed = mustParse(typeof policy === 'string' ? policy : JSON.stringify(policy));
    const request: WebIdentityRequest = {
      roleArn,
      issuer,
      subject: sub,
      audience: aud,
      now: '2026-11-01T06:00:00.000Z',
    };
    const { decision, reasons } = decide(parsed, request);
    expect(`${decision}: ${reasons[0]}`).toMatch(new RegExp(`^${answer}: .`));
    expect(decideOnly(parsed, request)).toBe(answer);
  },
);
