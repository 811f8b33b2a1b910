import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { cleanIssuer } from '../../model/clean-issuer.ts';
import { defaultAudience } from '../../policy/decide/request.ts';
import type { ConditionTest } from '../../policy/parse/policy.ts';
import type { JsonObject } from '../../text/json-value.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { withCondition, withoutKey } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { editForProviders } from './policy-edit/without-principal.ts';
import { explains, notAuthorized, readAt } from './statement/statement-view.ts';

/** The messages of trust-audience-impossible. */
export const audienceMessage = failures({
  impossible: [
    'audience always refused',
    'the audience test of role {role} excludes every audience that its provider accepts: {audiences}',
  ],
});

/** The failure of a statement whose audience tests exclude every audience that its provider accepts. */
export const audienceFailure = (
  subject: StatementSubject,
  principal: EksPrincipal,
  tests: readonly [ConditionTest, ...ConditionTest[]],
  audiences: readonly string[],
  facts: Facts,
): Failure => {
  const wants = tests.flatMap(test => test.values.map(value => value.text));
  const key = `${cleanIssuer(principal.hostPath)}:aud`;
  const target = audiences.includes(defaultAudience) ? defaultAudience : undefined;
  const policy =
    target === undefined
      ? undefined
      : editForProviders(subject.role.trustPolicy, subject.statement.index, [principal.arn], statement =>
          withOnly(statement, key, target),
        );
  const ifAsked = `If the service accounts ask for ${wants.join(' or ')} (annotation eks.amazonaws.com/audience), add that audience to the provider instead.`;
  const [first] = tests;
  return {
    discriminator: principal.arn,
    at: first.at,
    ...audienceMessage.impossible({ role: subject.role.name, audiences }).message,
    evidence: [
      {
        what: `test on ${key}`,
        got: tests.map(test => `${test.operator} ${test.values.map(value => value.text).join(', ')}`).join('; '),
        wanted: target ?? audiences.join(', '),
        ...readAt(subject, first.at),
      },
      { what: 'audiences of the provider', got: audiences.join(', '), readFrom: 'iam:GetOpenIDConnectProvider' },
    ],
    podError: notAuthorized,
    place: { providerArn: principal.arn, issuer: `https://${cleanIssuer(principal.hostPath)}` },
    fix: trustPolicyFix(subject, facts, policy, {
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
    explains: explains(subject, [principal.arn], ['trust-never-matches']),
  };
};

/** The statement with one test on the audience in the place of all. */
const withOnly = (statement: JsonObject, key: string, audience: string): JsonObject =>
  withCondition(statement, blocks => {
    const kept = withoutKey(blocks, key);
    return { ...kept, StringEquals: { ...kept.StringEquals, [key]: audience } };
  });
