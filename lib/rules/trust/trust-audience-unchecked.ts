import { type EksPrincipal, type Facts, isEksHost, type StatementSubject } from '../../facts.ts';
import { cleanIssuer, valueOr } from '../../model.ts';
import { defaultAudience, environmentOf, evaluateTest, mayCover, testsOnClaim } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { lookUpProvider, trustContextFor } from '../access/trust-context.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures, notApplicable } from '../prelude.ts';
import { editForProviders, withCondition } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { keyMismatches } from './statement/key-mismatch.ts';
import { readAt, type StatementView, viewOf } from './statement/statement-view.ts';

/** The messages of trust-audience-unchecked. */
const fail = failures({
  several: [
    'audience not tested',
    'role {role} does not test the audience of tokens; its provider accepts {audiences}',
  ],
  one: [
    'audience not tested',
    'role {role} does not test the audience of tokens; its provider accepts only {audiences} today',
  ],
  none: [
    'audience not tested',
    'role {role} does not test the audience of tokens; its provider accepts no audience today',
  ],
  unread: [
    'audience not tested',
    'role {role} does not test the audience of tokens; which ones its provider accepts was not read',
  ],
  'without-provider': [
    'audience not tested',
    'role {role} does not test the audience of tokens; its provider does not exist',
  ],
});

/** Without an audience test a token that was issued for something else is accepted too. */
export const trustAudienceUnchecked = defineRule({
  id: 'trust-audience-unchecked',
  kind: 'statement',
  impact: 'exposes',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: 'Trust policies test the audience of the token',
  fault: 'The trust policy does not test the audience of the token',
  says: fail.says,
  needs: ['roles', 'provider-detail'],
  why: 'STS accepts only tokens whose audience is in the client ID list of the provider. With one audience in that list a test in the trust policy adds nothing today. With several, tokens that were issued for other services can assume the role.',
  fix: 'Test <issuer>:aud for sts.amazonaws.com.',
  references: [eksGuide('associate-service-account-role'), 'docs/facts.md §A.8'],
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows || !mayCover(view.statement)) return notApplicable;
    const meant = keyMismatches(view).some(({ test, wanted }) => /:aud$/i.test(wanted ?? test.key.text));
    const unchecked = view.principals.filter(
      principal => !meant && passes(unnamedAudience, subject, view, principal, facts),
    );
    return failOrPass(unchecked.map(principal => uncheckedFailure(subject, view, principal, facts)));
  },
});

/** An audience that no policy names: where it passes, every audience does, but for those that are named. */
const unnamedAudience = 'audience.invalid';

/** True where every test on the audience is true for this one. */
const passes = (
  audience: string,
  subject: StatementSubject,
  view: StatementView,
  principal: EksPrincipal,
  facts: Facts,
): boolean => {
  const issuer = cleanIssuer(principal.hostPath);
  const env = environmentOf(trustContextFor(subject, facts, issuer, audience), view.policy);
  return testsOnClaim(view.statement.conditions, 'aud', [issuer]).every(
    test => evaluateTest(test, env).truth.certain === true,
  );
};

/** The failure of a statement that accepts any audience of a provider. */
const uncheckedFailure = (
  subject: StatementSubject,
  view: StatementView,
  principal: EksPrincipal,
  facts: Facts,
): Failure => {
  const found = lookUpProvider(principal.arn, facts);
  const audiences = found.status === 'found' ? valueOr(found.provider.detail, undefined)?.audiences : undefined;
  const [only, ...others] = audiences ?? [];
  const several = audiences !== undefined && audiences.length > 1;
  const key = `${cleanIssuer(principal.hostPath)}:aud`;
  const tests = testsOnClaim(view.statement.conditions, 'aud', [cleanIssuer(principal.hostPath)]);
  // Tests of the statement, or the provider, may exclude the default audience: then another one is in use.
  const isDefault =
    (only === undefined ? isEksHost(principal.hostPath) : audiences?.includes(defaultAudience)) === true &&
    passes(defaultAudience, subject, view, principal, facts);
  const isSole = others.length === 0 && only !== undefined && passes(only, subject, view, principal, facts);
  const wanted = isDefault ? defaultAudience : isSole ? only : undefined;
  const policy =
    wanted !== undefined
      ? editForProviders(subject.role.trustPolicy, subject.statement.index, [principal.arn], statement =>
          withCondition(statement, blocks => ({ ...blocks, StringEquals: { ...blocks.StringEquals, [key]: wanted } })),
        )
      : undefined;
  return fail[found.status === 'absent' ? 'without-provider' : boundOf(audiences)]({
    role: subject.role.name,
    audiences: audiences ?? [],
  })
    .discriminator(principal.arn)
    .at(subject.statement.at)
    .severity(several ? 'low' : 'info')
    .evidence(
      `test on ${key}`,
      readAt(subject, subject.statement.at),
      tests.map(test => `${test.operator} ${test.values.map(value => value.text).join(', ')}`).join('; ') || 'none',
      wanted === undefined ? phrase('StringEquals <audience>') : `StringEquals ${wanted}`,
    )
    .pieces(
      ...(audiences
        ? [{ what: 'audiences of the provider', got: audiences.join(', '), readFrom: 'iam:GetOpenIDConnectProvider' }]
        : []),
    )
    .place({ providerArn: principal.arn, issuer: `https://${cleanIssuer(principal.hostPath)}` })
    .fix(
      trustPolicyFix(subject, facts, policy, {
        summary: `Test ${key} for ${wanted ?? 'the audience that the service accounts ask for'}.`,
        choice: ifAsked,
        instead: ifAsked,
        ...(wanted === undefined
          ? {}
          : {
              terraform: terraformCondition('StringEquals', key, [wanted]),
              cdk: `StringEquals: { ${JSON.stringify(key)}: ${JSON.stringify(wanted)} }`,
            }),
      }),
    );
};

const ifAsked =
  'If the service accounts ask for another audience (annotation eks.amazonaws.com/audience), name that one instead.';

/** The limits of the audience, as long as the trust policy has none. */
const boundOf = (audiences: readonly string[] | undefined): 'unread' | 'none' | 'one' | 'several' => {
  if (audiences === undefined) return 'unread';
  if (audiences.length === 0) return 'none';
  return audiences.length > 1 ? 'several' : 'one';
};
