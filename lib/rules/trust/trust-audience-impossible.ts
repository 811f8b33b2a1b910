import { type EksPrincipal, type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import { cleanIssuer, readFailuresOf } from '../../model.ts';
import {
  type ConditionTest,
  defaultAudience,
  environmentOf,
  evaluateTest,
  parseOperator,
  testsOnClaim,
} from '../../policy.ts';
import type { JsonObject } from '../../text.ts';
import { lookUpProvider, trustContextFor } from '../access/trust-context.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures, notApplicable, undecidedOf } from '../prelude.ts';
import { editForProviders, withCondition, withoutKey } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { keyMismatches } from './statement/key-mismatch.ts';
import { explains, readAt, type StatementView, viewOf } from './statement/statement-view.ts';

/** The messages of trust-audience-impossible. */
const fail = failures({
  impossible: [
    'audience always refused',
    'the audience test of role {role} excludes every audience that its provider accepts: {audiences}',
  ],
});

/** Provider and trust policy must both accept the audience of the token: if they share none, no token passes both. */
export const trustAudienceImpossible = defineRule({
  id: 'trust-audience-impossible',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Trust policies accept an audience of the provider',
  fault: 'The trust policy refuses every audience of the provider',
  says: fail.says,
  needs: ['roles', 'providers', 'provider-detail'],
  why: 'STS compares the audience of a token with the client ID list of the provider; then the trust policy tests it again. If the test excludes every audience in that list, no token passes. The audience of EKS is sts.amazonaws.com in every partition, also in China.',
  fix: 'Test <issuer>:aud for sts.amazonaws.com, and have that in the client ID list of the provider.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §A.8'],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const swapped = new Set(keyMismatches(view).map(({ test }) => test));
    const failures: Failure[] = [];
    let unread: string | undefined;
    for (const principal of view.principals) {
      const [first, ...more] = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]).filter(
        test => !swapped.has(test),
      );
      if (first === undefined) continue;
      const tests = [first, ...more] as const;
      const audiences = audiencesOf(principal, facts);
      if (typeof audiences === 'string') unread = audiences;
      else if (
        audiences.length > 0 &&
        !audiences.some(audience => passes(subject, view, principal, tests, audience, facts))
      )
        failures.push(audienceFailure(subject, principal, tests, audiences, facts));
    }
    return failOrPass(failures, undecidedOf('unread', unread));
  },
});

/** The audiences of a provider; empty where it does not exist (another rule's), a sentence where they were not read. */
const audiencesOf = (principal: EksPrincipal, facts: Facts): readonly string[] | string => {
  const found = lookUpProvider(principal.arn, facts);
  if (found.status === 'absent') return [];
  if (found.status === 'unread') return found.why;
  const { detail } = found.provider;
  if (detail.status === 'complete') return detail.value.audiences;
  return readFailuresOf(detail)
    .map(({ operation, message }) => `the audiences of ${principal.arn} (${operation}: ${message})`)
    .join('; ');
};

const passes = (
  subject: StatementSubject,
  view: StatementView,
  principal: EksPrincipal,
  tests: readonly ConditionTest[],
  audience: string,
  facts: Facts,
): boolean => {
  const env = environmentOf(trustContextFor(subject, facts, cleanIssuer(principal.hostPath), audience), view.policy);
  return tests.every(test => evaluateTest(test, env).truth.possible !== false);
};

/** The failure of a statement whose audience tests exclude every audience that its provider accepts. */
const audienceFailure = (
  subject: StatementSubject,
  principal: EksPrincipal,
  tests: readonly [ConditionTest, ...ConditionTest[]],
  audiences: readonly string[],
  facts: Facts,
): Failure => {
  // A negated test names the audiences that it excludes.
  const wants = tests
    .filter(({ operator }) => parseOperator(operator)?.negated !== true)
    .flatMap(test => test.values.map(value => value.text));
  const key = `${cleanIssuer(principal.hostPath)}:aud`;
  const target = audiences.includes(defaultAudience) ? defaultAudience : undefined;
  const policy =
    target === undefined
      ? undefined
      : editForProviders(subject.role.trustPolicy, subject.statement.index, [principal.arn], statement =>
          withOnly(statement, key, target),
        );
  const ifAsked =
    wants.length === 0
      ? 'Which audience the service accounts ask for (annotation eks.amazonaws.com/audience): the tests exclude those of the provider.'
      : `If the service accounts ask for ${wants.join(' or ')} (annotation eks.amazonaws.com/audience), add that audience to the provider instead.`;
  const [first] = tests;
  return fail
    .impossible({ role: subject.role.name, audiences })
    .discriminator(principal.arn)
    .at(first.at)
    .evidence(
      `test on ${key}`,
      readAt(subject, first.at),
      tests.map(test => `${test.operator} ${test.values.map(value => value.text).join(', ')}`).join('; '),
      target ?? audiences.join(', '),
    )
    .evidence('audiences of the provider', 'iam:GetOpenIDConnectProvider', audiences.join(', '))
    .podError(notAuthorized)
    .place({ providerArn: principal.arn, issuer: `https://${cleanIssuer(principal.hostPath)}` })
    .explains(explains(subject, [principal.arn], ['trust-never-matches']))
    .fix(
      trustPolicyFix(subject, facts, policy, {
        summary: `Test ${key} for ${target ?? 'an audience of the provider'}.`,
        choice: ifAsked,
        instead: ifAsked,
        ...(target === undefined
          ? {}
          : {
              terraform: terraformCondition('StringEquals', key, [target]),
              cdk: `StringEquals: { ${JSON.stringify(key)}: ${JSON.stringify(target)} }`,
            }),
      }),
    );
};

/** The statement with one test on the audience in the place of all. */
const withOnly = (statement: JsonObject, key: string, audience: string): JsonObject =>
  withCondition(statement, blocks => {
    const kept = withoutKey(blocks, key);
    return { ...kept, StringEquals: { ...kept.StringEquals, [key]: audience } };
  });
