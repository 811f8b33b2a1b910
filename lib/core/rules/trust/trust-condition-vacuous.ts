import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import { defineMessages } from '../../text/message.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { moveTest } from './policy-edit/policy-json.ts';
import { terraformCondition, trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { editForProviders } from './policy-edit/without-principal.ts';
import { isVacuous, type KeyMismatch, keyMismatches, slipInWords } from './statement/key-mismatch.ts';
import { arnsOf, readAt, type StatementView, viewOf } from './statement/statement-view.ts';

const message = defineMessages({
  vacuous: 'test {operator} on {key} of role {role} is always true: no token has this key',
});

/** A test that is always true because no token has its key: it looks like a restriction and restricts nothing. */
export const trustConditionVacuous = defineRule({
  id: 'trust-condition-vacuous',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Tests on subject and audience restrict something',
  brief: 'a test is always true',
  messages: message.templates,
  needs: ['roles'],
  docs: {
    why: 'ForAllValues:, …IfExists and negated operators are true where the request has no such key. On a key of another issuer, or on a mistyped one, they are therefore always true: the test looks like a restriction and has no effect.',
    fix: "Test the issuer's own key with StringEquals.",
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html',
      'docs/facts.md §A.3, §A.6',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const vacuous = keyMismatches(view).filter(
      mismatch =>
        isVacuous(mismatch.test) &&
        !view.hostPaths.some(host => mismatch.test.key.text.toLowerCase().startsWith(`${host.toLowerCase()}:`)),
    );
    return failOrPass(vacuous.map(mismatch => failureOf(subject, view, mismatch, facts)));
  },
  examples: {
    pass: { title: "StringEquals on the issuer's own key", facts: () => someFacts() },
    fail: {
      title: 'ForAllValues on a key of another cluster',
      facts: () =>
        someFacts({
          roles: complete([
            aRole({
              trustPolicy: aTrustPolicy({
                condition: {
                  'ForAllValues:StringEquals': {
                    'oidc.eks.eu-west-1.amazonaws.com/id/00000000000000000000000000000000:sub':
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

const failureOf = (
  subject: StatementSubject,
  view: StatementView,
  { test, wanted, slip }: KeyMismatch,
  facts: Facts,
): Failure => {
  const to = test.operator.replace(/^ForAllValues:/, '').replace(/IfExists$/, '');
  const values = test.values.map(value => value.text);
  const policy =
    wanted === undefined || /Not/.test(to)
      ? undefined
      : editForProviders(subject.role.trustPolicy, subject.statement.index, arnsOf(view), statement =>
          moveTest(statement, { operator: test.operator, key: test.key.text }, { operator: to, key: wanted }),
        );
  return {
    discriminator: test.key.text,
    at: test.key.at,
    ...message('vacuous', { operator: test.operator, key: test.key.text, role: subject.role.name }),
    evidence: [
      {
        what: `test on a key that ${slipInWords[slip]}`,
        got: `${test.operator} ${test.key.text}`,
        ...(wanted === undefined ? {} : { wanted: `${to} ${wanted}` }),
        ...readAt(subject, test.at),
      },
    ],
    fix: trustPolicyFix(subject, facts, policy, {
      summary:
        wanted === undefined
          ? 'Replace the test with StringEquals on a key of the trusted issuer.'
          : `Test ${wanted} with ${to}.`,
      instead: 'Which service accounts use the role: name them under StringEquals.',
      ...(wanted === undefined
        ? {}
        : {
            terraform: terraformCondition(to, wanted, values),
            cdk: `${to}: { ${JSON.stringify(wanted)}: ${JSON.stringify(values)} }`,
          }),
    }),
  };
};
