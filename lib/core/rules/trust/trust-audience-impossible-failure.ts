import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { cleanIssuer } from '../../model/clean-issuer.ts';
import { defineMessages } from '../../text/message.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import type { ConditionTest } from '../../trust/policy/policy.ts';
import type { Failure } from '../define-rule.ts';
import { editStatement, policyFix, terraformCondition, withCondition } from './policy-edit/policy-fix.ts';
import { explains, notAuthorized, readAt } from './statement/statement-view.ts';

/** The messages of trust-audience-impossible. */
export const audienceMessage = defineMessages({
  impossible: 'the audience test of role {role} excludes every audience that its provider accepts: {audiences}',
});

/** The failure of a statement whose audience tests exclude every audience that its provider accepts. */
export const audienceFailure = (
  subject: StatementSubject,
  principal: EksPrincipal,
  tests: readonly [ConditionTest, ...ConditionTest[]],
  audiences: readonly string[],
): Failure => {
  const wants = tests.flatMap(test => test.values.map(value => value.text));
  const key = `${cleanIssuer(principal.hostPath)}:aud`;
  const target = audiences.includes(defaultAudience) ? defaultAudience : undefined;
  const policy =
    target === undefined
      ? undefined
      : editStatement(subject.role.trustPolicy, subject.statement.index, statement =>
          withCondition(statement, blocks => {
            const others = Object.entries(blocks).map(
              ([operator, block]) =>
                [
                  operator,
                  Object.fromEntries(
                    Object.entries(block).filter(([name]) => name.toLowerCase() !== key.toLowerCase()),
                  ),
                ] as const,
            );
            const cleaned = Object.fromEntries(others);
            return { ...cleaned, StringEquals: { ...cleaned.StringEquals, [key]: target } };
          }),
        );
  const [first] = tests;
  return {
    discriminator: principal.arn,
    at: first.at,
    ...audienceMessage('impossible', { role: subject.role.name, audiences }),
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
    fix: policyFix(subject.role, policy, {
      summary: `Test ${key} for ${target ?? 'an audience of the provider'}.`,
      choice: `If the service accounts ask for ${wants.join(' or ')} (annotation eks.amazonaws.com/audience), add that audience to the provider instead.`,
      terraform: terraformCondition('StringEquals', key, [target ?? defaultAudience]),
      cdk: `StringEquals: { ${JSON.stringify(key)}: ${JSON.stringify(target ?? defaultAudience)} }`,
    }),
    explains: explains(subject, [principal.arn], ['trust-never-matches']),
  };
};
