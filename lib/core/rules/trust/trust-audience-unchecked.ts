import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { cleanIssuer } from '../../model/clean-issuer.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { mayCover } from '../../trust/evaluate/action.ts';
import { environmentOf } from '../../trust/evaluate/environment.ts';
import { evaluateTest } from '../../trust/evaluate/evaluate-test.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { policyFix, terraformCondition, withCondition } from './policy-edit/policy-fix.ts';
import { editForProvider } from './policy-edit/without-principal.ts';
import { testsOnClaim } from './statement/condition.ts';
import { keyMismatches } from './statement/key-mismatch.ts';
import { contextFor, lookUpProvider, readAt, type StatementView, viewOf } from './statement/statement-view.ts';
import { boundOf, message } from './trust-audience-unchecked-messages.ts';

/** Without an audience test a token that was issued for something else is accepted too. */
export const trustAudienceUnchecked = defineRule({
  id: 'trust-audience-unchecked',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: 'Trust policies test the audience of the token',
  messages: message.templates,
  needs: ['roles', 'provider-detail'],
  docs: {
    why: 'STS accepts only tokens whose audience is in the client ID list of the provider. With one audience in that list a test in the trust policy adds nothing today. With several, tokens that were issued for other services can assume the role.',
    fix: 'Test <issuer>:aud for sts.amazonaws.com.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.8',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows || !mayCover(view.statement)) return notApplicable;
    const meant = keyMismatches(view).some(({ test, wanted }) => /:aud$/i.test(wanted ?? test.key.text));
    const unchecked = view.principals.filter(principal => !meant && passesAny(subject, view, principal, facts));
    return failOrPass(unchecked.map(principal => failureOf(subject, principal, facts)));
  },
  examples: {
    pass: { title: 'the audience is tested', facts: () => someFacts() },
    fail: {
      title: 'two audiences at the provider, none tested',
      facts: () =>
        someFacts({
          providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
          roles: complete([
            aRole({
              trustPolicy: aTrustPolicy({
                condition: {
                  StringEquals: {
                    'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F:sub':
                      'system:serviceaccount:checkout:cart',
                  },
                },
              }),
            }),
          ]),
        }),
    },
  },
});

/** An audience that no policy names: where it passes, every audience does, but for those that are named. */
const unnamedAudience = 'audience.invalid';

/** True where no test on the audience is false for an audience that the policy does not name. */
const passesAny = (subject: StatementSubject, view: StatementView, principal: EksPrincipal, facts: Facts): boolean => {
  const issuer = cleanIssuer(principal.hostPath);
  const env = environmentOf(contextFor(subject, facts, issuer, unnamedAudience), view.policy);
  return testsOnClaim(view.statement.conditions, 'aud', [issuer]).every(
    test => evaluateTest(test, env).truth.certain === true,
  );
};

const failureOf = (subject: StatementSubject, principal: EksPrincipal, facts: Facts): Failure => {
  const found = lookUpProvider(principal.arn, facts);
  const audiences = found.status === 'found' ? valueOr(found.provider.detail, undefined)?.audiences : undefined;
  const several = audiences !== undefined && audiences.length > 1;
  const key = `${cleanIssuer(principal.hostPath)}:aud`;
  const policy = editForProvider(subject.role.trustPolicy, subject.statement.index, principal.arn, statement =>
    withCondition(statement, blocks => ({
      ...blocks,
      StringEquals: { ...blocks.StringEquals, [key]: defaultAudience },
    })),
  );
  return {
    discriminator: principal.arn,
    at: subject.statement.at,
    severity: several ? 'low' : 'info',
    ...message(found.status === 'absent' ? 'without-provider' : boundOf(audiences), {
      role: subject.role.name,
      audiences: audiences ?? [],
    }),
    evidence: [
      { what: `test on ${key}`, got: 'none', wanted: defaultAudience, ...readAt(subject, subject.statement.at) },
      ...(audiences
        ? [{ what: 'audiences of the provider', got: audiences.join(', '), readFrom: 'iam:GetOpenIDConnectProvider' }]
        : []),
    ],
    place: { providerArn: principal.arn, issuer: `https://${cleanIssuer(principal.hostPath)}` },
    fix: policyFix(subject.role, policy, {
      summary: `Test ${key} for ${defaultAudience}.`,
      choice:
        'If the service accounts ask for another audience (annotation eks.amazonaws.com/audience), name that one instead.',
      terraform: terraformCondition('StringEquals', key, [defaultAudience]),
      cdk: `StringEquals: { ${JSON.stringify(key)}: '${defaultAudience}' }`,
    }),
  };
};
