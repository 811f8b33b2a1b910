/** Fixes of a statement that matches no token. The policy that each one leads to opens the role to nobody but one service account. */
import type { Facts, StatementSubject } from '../../../facts.ts';
import type { FixDraft } from '../../../model.ts';
import { splitKey, trustPolicyOf } from '../../../policy.ts';
import type { JsonObject } from '../../../text.ts';
import { gainsOfEdit, tokensGained } from '../../access/gains.ts';
import { nameThemFix } from './narrow-fix.ts';
import { moveTest, replaceStatement, replaceStatements, type TestPlace, withoutTest } from './policy-json.ts';
import { refusalOf, trustPolicyFix } from './trust-policy-fix.ts';

/** Why a test on private addresses is never true, and its negation always. */
export const publicAddress = 'aws:SourceIp is a public address, and absent behind a VPC endpoint';

/** Names of claims that people write where they mean the subject. */
const subjectSlips: ReadonlySet<string> = new Set(['sub', 'subject']);

/**
 * The fix of tests that are never true: the key that was meant, else none of them where what is left opens the role to one
 * service account at most. Where they are the only tests on the caller, a test that names the service accounts replaces them.
 */
export const neverTrueFix = (
  subject: StatementSubject,
  issuer: string,
  tests: readonly TestPlace[],
  why: { readonly isAbsent: boolean; readonly because: string },
  facts: Facts,
): FixDraft => {
  const { role, statement, label } = subject;
  const named = tests.map(({ operator, key }) => `${operator} ${key}`).join(' and ');
  const [only, ...more] = tests;
  const meant = { key: `${issuer}:sub`, operator: only?.operator ?? '' };
  if (only !== undefined && more.length === 0 && meansSubject(only.key, issuer)) {
    const moved = replaceStatement(role.trustPolicy, statement.index, one => listOf(moveTest(one, only, meant)));
    const fix = trustPolicyFix(subject, facts, moved, {
      summary: `Rename the condition key ${JSON.stringify(only.key)} to ${meant.key} in ${label}: ${why.because}.`,
      instead: '',
    });
    if (fix.steps !== undefined) return fix;
  }
  const without = replaceStatement(role.trustPolicy, statement.index, one => [tests.reduce(withoutTest, one)]);
  if (!opensMore(subject, without, facts)) {
    const choice = 'What the test is for: without it the other tests of the statement alone decide.';
    return trustPolicyFix(subject, facts, without, {
      summary: `${why.isAbsent ? 'Remove' : 'Correct or remove'} ${named} in ${label}: ${why.because}.`,
      ...{ choice, instead: choice },
    });
  }
  const exact = nameThemFix(role, meant.key, facts);
  return {
    ...exact,
    summary: `In ${label} replace ${named} by StringEquals ${meant.key} with the exact service accounts that use ${role.name}: ${why.because}, and no other test restricts who calls.`,
  };
};

/** Under no issuer's name the claim is one of AWS's own. */
const meansSubject = (key: string, issuer: string): boolean => {
  const { issuer: of, claim } = splitKey(key);
  return of.trim().toLowerCase() === issuer.toLowerCase() && subjectSlips.has(claim.trim().toLowerCase());
};

const listOf = (statement: JsonObject | undefined): readonly JsonObject[] | undefined =>
  statement === undefined ? undefined : [statement];

/** The fix of Deny statements that deny all that a statement allows. */
export const denialFix = (
  subject: StatementSubject,
  issuer: string,
  denials: readonly string[],
  always: { readonly absent: readonly string[]; readonly addresses: readonly string[] },
  facts: Facts,
): FixDraft => {
  const { role, label } = subject;
  const named = denials.join(', ');
  const change =
    always.absent.length > 0
      ? `leave sts:AssumeRoleWithWebIdentity out of ${named}, or add to it Null false for ${always.absent.join(', ')}: no request of a pod has the key`
      : always.addresses.length > 0
        ? `leave sts:AssumeRoleWithWebIdentity out of ${named}, or correct ${always.addresses.join(' and ')}: ${publicAddress}`
        : `change ${named} so that it does not deny what ${label} allows, or remove ${label}`;
  const without = replaceStatements(role.trustPolicy, one => (one.Effect === 'Deny' ? [] : [one]));
  const first = opensMore(subject, without, facts, tokensGained)
    ? `First name the service accounts that use ${role.name} exactly, under StringEquals ${issuer}:sub in ${label}. Then ${change}.`
    : `${change.charAt(0).toUpperCase()}${change.slice(1)}.`;
  return { summary: first, choice: 'Whether the denial is intended.' };
};

/** Whether an edit may open the role to more than one service account. */
const opensMore = (
  { role, policy }: StatementSubject,
  edited: JsonObject | undefined,
  facts: Facts,
  gainsOf = gainsOfEdit,
): boolean => {
  const after = edited === undefined ? undefined : trustPolicyOf({ trustPolicy: JSON.stringify(edited) });
  if (!after?.ok) return true;
  return refusalOf(gainsOf(policy.policy, after.policy, role, facts)) !== undefined;
};
