import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { mayCover } from '../../trust/evaluate/action.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { testsOnClaim } from './support/condition.ts';
import { keyMismatches } from './support/key-mismatch.ts';
import { policyFix, terraformCondition, withCondition } from './support/policy-fix.ts';
import { cleanIssuer, lookUpProvider, readAt, viewOf } from './support/statement-view.ts';
import { editForProvider } from './support/without-principal.ts';

/** Without an audience test a token that was made for something else opens the role too. */
export const trustAudienceUnchecked = defineRule({
  id: 'trust-audience-unchecked',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: 'Trust policies test the audience of the token',
  needs: [],
  docs: {
    why: "The provider's list of audiences bounds which tokens STS takes at all. With one audience in it a test in the trust policy adds nothing today; with several, or as soon as one is added, tokens meant for other services assume the role.",
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
    const unchecked = view.principals.filter(principal => {
      const tests = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]);
      return !meant && tests.every(test => test.values.some(value => /^\*+$/.test(value.text)));
    });
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
    message: `the trust policy of ${subject.role.arn} does not test the audience of tokens of ${cleanIssuer(principal.hostPath)}: ${found.status === 'absent' ? 'its provider does not exist' : boundOf(audiences)}`,
    evidence: [
      { what: `test on ${key}`, got: 'none', wanted: defaultAudience, ...readAt(subject, subject.statement.at) },
      ...(audiences
        ? [{ what: 'audiences of the provider', got: audiences.join(', '), readFrom: 'iam:GetOpenIDConnectProvider' }]
        : []),
    ],
    place: { providerArn: principal.arn, issuer: `https://${cleanIssuer(principal.hostPath)}` },
    fix: policyFix(subject.role, policy, {
      summary: `Test ${key} for ${defaultAudience}.`,
      choice: `Where service accounts ask for another audience (annotation eks.amazonaws.com/audience), name that one.`,
      terraform: terraformCondition('StringEquals', key, [defaultAudience]),
      cdk: `StringEquals: { ${JSON.stringify(key)}: '${defaultAudience}' }`,
    }),
  };
};

/** What bounds the audience, as long as the trust policy does not. */
const boundOf = (audiences: readonly string[] | undefined): string => {
  if (audiences === undefined) return 'how many audiences its provider takes was not read';
  if (audiences.length === 0) return 'its provider takes none today';
  return `its provider takes ${audiences.length > 1 ? audiences.join(', ') : `only ${audiences.join()} today`}`;
};
