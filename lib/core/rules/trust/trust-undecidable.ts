import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type Environment, environmentOf } from '../../trust/evaluate/environment.ts';
import { evaluateStatement } from '../../trust/evaluate/evaluate-statement.ts';
import type { TestTruth } from '../../trust/evaluate/evaluate-test.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { formulaKey, type ThreeValued } from '../../trust/language/formula.ts';
import type { ConditionTest } from '../../trust/policy/policy.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import {
  cleanIssuer,
  contextFor,
  isOwnProvider,
  readAt,
  type StatementView,
  viewOf,
} from './support/statement-view.ts';

/** What depends on something undocumented or unknowable is said to be so, with the key's name: never a silent pass. */
export const trustUndecidable = defineRule({
  id: 'trust-undecidable',
  kind: 'statement',
  group: 'trust',
  impact: 'hygiene',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Trust policies depend only on what can be known',
  needs: [],
  docs: {
    why: "Some tests depend on the pod's network, on its SDK or on what AWS does not document. Whether the pod gets in cannot be told from the policy, and nobody who reads it can.",
    fix: 'Decide by issuer, subject and audience; keep conditions on the network for other policies.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html',
      'docs/facts.md §A.6, §U',
    ],
  },
  check: (subject, facts) => {
    const { policy, statement } = subject;
    const view = viewOf(subject, facts);
    if (!view && !statement.notPrincipal) return notApplicable;
    const found = new Map<string, Doubt>();
    for (const problem of [...policy.policy.problems, ...statement.problems])
      found.set(problem.message, { name: problem.message, at: problem.at });
    for (const doubt of view ? doubtfulTests(subject, view, facts) : [])
      if (!found.has(doubt.name)) found.set(doubt.name, doubt);
    return failOrPass([...found.values()].map(doubt => failureOf(subject, doubt)));
  },
  examples: {
    pass: { title: 'subject and audience are tested', facts: () => someFacts() },
    fail: {
      title: 'a test on the source address',
      facts: () => {
        const key = `${exampleIssuer.slice('https://'.length)}:sub`;
        const condition = {
          StringEquals: { [key]: 'system:serviceaccount:checkout:cart' },
          IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        };
        return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
      },
    },
  },
});

interface Doubt {
  /** The key, or the problem: what the finding is told apart by. */
  readonly name: string;
  readonly because?: string;
  readonly at: SourceLocation;
}

const doubtfulTests = (subject: StatementSubject, view: StatementView, facts: Facts): readonly Doubt[] =>
  view.principals
    .filter(principal => isOwnProvider(principal.arn, subject.role.arn))
    .flatMap(principal => {
      const context = contextFor(subject, facts, cleanIssuer(principal.hostPath), defaultAudience);
      return doubtsFor(view, environmentOf(context, view.policy));
    });

/** Tests that may go either way in a statement that may match at all. */
const doubtsFor = (view: StatementView, env: Environment): readonly Doubt[] => {
  const { truth, tests } = evaluateStatement(view.statement, env);
  if (truth.possible === false || isDecided(truth)) return [];
  return view.statement.conditions.flatMap((test, at) => {
    const outcome = tests[at];
    if (outcome === undefined || isDecided(outcome.truth)) return [];
    return [{ name: test.key.text, because: becauseOf(test, outcome), at: test.at }];
  });
};

const becauseOf = ({ operator }: ConditionTest, { fact }: TestTruth): string => {
  if (!fact) return `the operator ${operator} is not documented`;
  return fact.present === 'yes' && fact.value !== undefined
    ? `what ${operator} comes to there is not documented`
    : fact.because;
};

const isDecided = (truth: ThreeValued): boolean =>
  truth.certain === truth.possible || formulaKey(truth.certain) === formulaKey(truth.possible);

const failureOf = (subject: StatementSubject, doubt: Doubt): Failure => ({
  discriminator: doubt.name,
  at: doubt.at,
  message: `who the trust policy of ${subject.role.arn} lets in cannot be told: ${doubt.because === undefined ? doubt.name : `it depends on ${doubt.name} (${doubt.because})`}`,
  evidence: [{ what: 'undecidable part', got: doubt.name, ...readAt(subject, doubt.at) }],
  fix: {
    summary: `Decide by subject and audience alone in ${subject.label} of ${subject.role.name}.`,
    commands: [],
    choice: `What the part about ${doubt.name} was meant to do: taking it out may let in more.`,
  },
});
