import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { complete, readFailuresOf } from '../../model/collected.ts';
import { environmentOf } from '../../trust/evaluate/environment.ts';
import { evaluateTest } from '../../trust/evaluate/evaluate-test.ts';
import type { ConditionTest } from '../../trust/policy/policy.ts';
import { defineRule, type Failure, failOrPass, notApplicable, reasonOf } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { audienceFailure } from './support/audience-failure.ts';
import { testsOnClaim } from './support/condition.ts';
import { keyMismatches } from './support/key-mismatch.ts';
import { cleanIssuer, contextFor, lookUpProvider, type StatementView, viewOf } from './support/statement-view.ts';

/** Provider and trust policy must both take the token's audience: if they share none, no token passes both. */
export const trustAudienceImpossible = defineRule({
  id: 'trust-audience-impossible',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'The audience that a trust policy wants is one that its provider takes',
  needs: ['providers'],
  docs: {
    why: 'STS first checks the audience of a token against the list of the provider, then the trust policy tests it again. If the test excludes every audience of the provider, no token passes. The audience of EKS is sts.amazonaws.com in every partition, China too.',
    fix: 'Test <issuer>:aud for sts.amazonaws.com, and have that in the list of the provider.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html',
      'docs/facts.md §A.8',
    ],
  },
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
        failures.push(audienceFailure(subject, principal, tests, audiences));
    }
    return failOrPass(failures, reasonOf('unread', unread));
  },
  examples: {
    pass: { title: 'the test names the audience of the provider', facts: () => someFacts() },
    fail: {
      title: 'the domain of China in the audience',
      facts: () => {
        const host = exampleIssuer.slice('https://'.length);
        const condition = {
          StringEquals: {
            [`${host}:aud`]: 'sts.amazonaws.com.cn',
            [`${host}:sub`]: 'system:serviceaccount:checkout:cart',
          },
        };
        return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
      },
    },
  },
});

/** The audiences of a provider; empty where there is none (another rule's), a sentence where they were not read. */
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
  const env = environmentOf(contextFor(subject, facts, cleanIssuer(principal.hostPath), audience), view.policy);
  return tests.every(test => evaluateTest(test, env).truth.possible !== false);
};
