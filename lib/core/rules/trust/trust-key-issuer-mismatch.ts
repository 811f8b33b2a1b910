import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { compareText } from '../../text/compare-text.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { keyFix } from './support/key-fix.ts';
import { isDead, type KeyMismatch, keyMismatches } from './support/key-mismatch.ts';
import { explains, notAuthorized, readAt, type StatementView, viewOf } from './support/statement-view.ts';

/** Condition keys are named after the token's issuer: a key of any other issuer is absent from every token. */
export const trustKeyIssuerMismatch = defineRule({
  id: 'trust-key-issuer-mismatch',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Condition keys name the issuer of the provider that the statement trusts',
  needs: [],
  docs: {
    why: 'STS names the keys of a token after its issuer, without https://. A key that names another cluster, or carries a scheme, an ARN, a port or a slash, is in no token, so that the test is false for every pod.',
    fix: 'Write the key as <issuer without https://>:sub or :aud, with the issuer that the Federated ARN ends with.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html',
      'docs/facts.md §A.6',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const wrong = keyMismatches(view).filter(({ test }) => isDead(test));
    // One cause, however many keys: the first by name stands for all, and its fix mends all.
    const sorted = [...wrong].sort((a, b) => compareText(a.test.key.text, b.test.key.text));
    return failOrPass(
      sorted.map((mismatch, index) => failureOf(subject, view, mismatch, index === 0 ? sorted : [mismatch])),
    );
  },
  examples: {
    pass: { title: "keys of the provider's own issuer", facts: () => someFacts() },
    fail: {
      title: 'the key carries https://',
      facts: () =>
        someFacts({
          roles: complete([
            aRole({
              trustPolicy: aTrustPolicy({
                condition: { StringEquals: { [`${exampleIssuer}:sub`]: 'system:serviceaccount:checkout:cart' } },
              }),
            }),
          ]),
        }),
    },
  },
});

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  mismatch: KeyMismatch,
  together: readonly KeyMismatch[],
): Failure => {
  const { test, wanted, why } = mismatch;
  const issuers = view.hostPaths.join(', ');
  const others = together.map(each => each.test.key.text).filter(key => key !== test.key.text);
  return {
    discriminator: test.key.text,
    at: test.key.at,
    message: `in the trust policy of ${subject.role.arn} the condition key ${test.key.text} ${why}: no token of ${issuers} satisfies it`,
    evidence: [
      {
        what: `condition key under ${test.operator}`,
        got: test.key.text,
        ...(wanted === undefined ? {} : { wanted }),
        ...readAt(subject, test.key.at),
      },
    ],
    podError: notAuthorized,
    fix: keyFix(subject, mismatch, together),
    explains: [
      ...explains(subject, others, ['trust-key-issuer-mismatch']),
      ...explains(
        subject,
        [...view.principals.map(principal => principal.arn), ...test.values.map(value => value.text)],
        [
          'trust-never-matches',
          'trust-audience-impossible',
          'trust-subject-malformed',
          'trust-subject-literal-wildcard',
          'trust-audience-unchecked',
          'trust-undecidable',
        ],
      ),
    ],
  };
};
