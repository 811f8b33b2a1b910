import { complete } from '../../model/collected.ts';
import { mayCover } from '../../policy/decide/action.ts';
import { defineRule, failOrPass, notApplicable } from '../define-rule.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { keyMismatches } from './statement/key-mismatch.ts';
import { viewOf } from './statement/statement-view.ts';
import { passes, uncheckedFailure, uncheckedMessage } from './trust-audience-unchecked-failure.ts';

/** Without an audience test a token that was issued for something else is accepted too. */
export const trustAudienceUnchecked = defineRule({
  id: 'trust-audience-unchecked',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: 'Trust policies test the audience of the token',
  brief: 'audience not tested',
  messages: uncheckedMessage.templates,
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
    const unchecked = view.principals.filter(
      principal => !meant && passes(unnamedAudience, subject, view, principal, facts),
    );
    return failOrPass(unchecked.map(principal => uncheckedFailure(subject, view, principal, facts)));
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
