import { mayCover } from '../../policy/decide/action.ts';
import { defineRule, failOrPass, notApplicable } from '../define-rule.ts';
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
  says: uncheckedMessage.says,
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
});

/** An audience that no policy names: where it passes, every audience does, but for those that are named. */
const unnamedAudience = 'audience.invalid';
